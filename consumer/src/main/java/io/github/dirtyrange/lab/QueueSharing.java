package io.github.dirtyrange.lab;

import io.github.dirtyrange.kernel.ChangeQueue;
import io.github.dirtyrange.kernel.ChangeQueueOptions;
import io.github.dirtyrange.kernel.Errno;
import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.kernel.TrackedProcess;

/** Whether a process may have several change queues at a time. */
final class QueueSharing {

  private QueueSharing() {}

  /** {@return whether a second queue is refused while there is one} Opens both for a moment. */
  static boolean isRefused(TrackedProcess process, ChangeQueueOptions options) {
    try (ChangeQueue first = process.openChangeQueue(options);
        ChangeQueue second = process.openChangeQueue(options)) {
      return first == second;
    } catch (KernelException e) {
      if (e.errno() == Errno.EBUSY) {
        return true;
      }
      throw e;
    }
  }
}
