package io.github.dirtyrange.kernel.sim.queue;

import io.github.dirtyrange.kernel.kit.QueueLaws;

/** The laws, on the design {@code percpu}. */
class PerCpuQueueTest implements QueueLaws {

  @Override
  public QueueDesign design() {
    return new PerCpuQueue.Design();
  }
}
