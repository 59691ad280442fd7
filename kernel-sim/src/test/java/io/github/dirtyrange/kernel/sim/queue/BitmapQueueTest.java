package io.github.dirtyrange.kernel.sim.queue;

import io.github.dirtyrange.kernel.kit.QueueLaws;

/** The laws, on the design {@code bitmap}. */
class BitmapQueueTest implements QueueLaws {

  @Override
  public QueueDesign design() {
    return new BitmapQueue.Design();
  }
}
