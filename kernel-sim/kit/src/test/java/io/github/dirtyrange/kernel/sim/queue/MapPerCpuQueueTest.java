package io.github.dirtyrange.kernel.sim.queue;

import io.github.dirtyrange.kernel.kit.QueueLaws;

/** The kit as whoever writes a design uses it, one property a law. */
class MapPerCpuQueueTest implements QueueLaws {

  @Override
  public QueueDesign design() {
    return new MapPerCpuQueue.Design();
  }
}
