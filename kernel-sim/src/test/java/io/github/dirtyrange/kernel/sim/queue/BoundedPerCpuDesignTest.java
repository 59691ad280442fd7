package io.github.dirtyrange.kernel.sim.queue;

import io.github.dirtyrange.kernel.kit.QueueLaws;

/** The laws, on the design {@code percpu-bounded}. */
class BoundedPerCpuDesignTest implements QueueLaws {

  @Override
  public QueueDesign design() {
    return new BoundedPerCpuDesign();
  }
}
