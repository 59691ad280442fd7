package io.github.dirtyrange.conform;

import io.github.dirtyrange.kernel.ChangeQueue;
import io.github.dirtyrange.kernel.ChangeQueueOptions;
import io.github.dirtyrange.kernel.TrackedProcess;

/** A process of either machine, and the queue that its kernel keeps of its changes. */
record WatchedProcess(TrackedProcess process, ChangeQueue queue) implements AutoCloseable {

  /** Opens a queue on a process, which is closed with it. */
  static WatchedProcess open(TrackedProcess process, ChangeQueueOptions options) {
    try {
      return new WatchedProcess(process, process.openKernelQueue(options));
    } catch (RuntimeException e) {
      process.close();
      throw e;
    }
  }

  @Override
  public void close() {
    queue.close();
    process.close();
  }
}
