package io.github.dirtyrange.lab;

import io.github.dirtyrange.kernel.CostModel;
import io.github.dirtyrange.kernel.Kernel;
import io.github.dirtyrange.kernel.PagemapFormat;
import io.github.dirtyrange.kernel.TrackedProcess;
import io.github.dirtyrange.kernel.sim.SimKernel;
import io.github.dirtyrange.kernel.sim.machine.Profile;
import io.github.dirtyrange.kernel.sim.queue.QueueDesigns;
import io.github.dirtyrange.workload.SimWorkload;
import io.github.dirtyrange.workload.Workload;
import io.github.dirtyrange.workload.WorkloadPlan;

/** A simulated kernel, in virtual time, for the workloads of one experiment. */
public final class SimTestbed implements Testbed {

  private final SimKernel kernel;

  private SimTestbed(SimKernel kernel) {
    this.kernel = kernel;
  }

  /** Boots a simulated kernel of a profile, with the default costs. */
  public static SimTestbed open(Profile profile) {
    return open(profile, CostModel.defaults());
  }

  /** Boots a simulated kernel of a profile, whose time passes by a cost model. */
  public static SimTestbed open(Profile profile, CostModel costs) {
    return new SimTestbed(new SimKernel(profile, costs, PagemapFormat.TODAY));
  }

  @Override
  public Kernel kernel() {
    return kernel;
  }

  @Override
  public TrackedProcess open(int pid, String queueDesign) {
    return kernel.open(pid, QueueDesigns.find(queueDesign));
  }

  /** {@inheritDoc} Simulated memory takes heap, but how much depends on what is done with it. */
  @Override
  public long memoryBytes() {
    return Long.MAX_VALUE;
  }

  @Override
  public Workload start(WorkloadPlan plan) {
    return SimWorkload.start(kernel, plan);
  }
}
