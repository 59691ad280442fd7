package io.github.dirtyrange.retrace;

import io.github.dirtyrange.kernel.Capabilities;
import io.github.dirtyrange.kernel.CostModel;
import io.github.dirtyrange.kernel.Kernel;
import io.github.dirtyrange.kernel.TrackedProcess;
import io.github.dirtyrange.kernel.sim.SimKernel;
import io.github.dirtyrange.kernel.sim.queue.QueueDesign;

/** A simulated kernel whose change queues are of one design. */
record DesignedKernel(SimKernel kernel, QueueDesign design) implements Kernel {

  @Override
  public String name() {
    return kernel.name();
  }

  @Override
  public String release() {
    return kernel.release();
  }

  @Override
  public Capabilities capabilities() {
    return kernel.capabilities();
  }

  @Override
  public CostModel costs() {
    return kernel.costs();
  }

  @Override
  public TrackedProcess open(int pid) {
    return kernel.open(pid, design);
  }

  @Override
  public long nanoTime() {
    return kernel.nanoTime();
  }
}
