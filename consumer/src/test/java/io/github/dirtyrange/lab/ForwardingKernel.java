package io.github.dirtyrange.lab;

import io.github.dirtyrange.kernel.Capabilities;
import io.github.dirtyrange.kernel.CostModel;
import io.github.dirtyrange.kernel.Kernel;
import io.github.dirtyrange.kernel.TrackedProcess;
import java.util.function.UnaryOperator;

/** A kernel whose processes are those of another, changed. */
public record ForwardingKernel(Kernel kernel, UnaryOperator<TrackedProcess> changed)
    implements Kernel {

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
    return changed.apply(kernel.open(pid));
  }

  @Override
  public long nanoTime() {
    return kernel.nanoTime();
  }

  @Override
  public String threadName(int pid, int tid) {
    return kernel.threadName(pid, tid);
  }
}
