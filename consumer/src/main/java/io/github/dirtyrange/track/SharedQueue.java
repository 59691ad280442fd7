package io.github.dirtyrange.track;

import io.github.dirtyrange.kernel.ChangeQueue;
import io.github.dirtyrange.kernel.ChangeQueueOptions;
import io.github.dirtyrange.kernel.Kernel;
import io.github.dirtyrange.kernel.TrackedProcess;
import org.jspecify.annotations.Nullable;

/**
 * Opens strategies on one process that are on in turn, never two at a time. Those that go by a
 * change queue share one: a process may have no more. Each of them closes it.
 */
public final class SharedQueue {

  private final Kernel kernel;
  private @Nullable ChangeQueue queue;

  /** Opens the queue when the first strategy wants it. */
  public SharedQueue(Kernel kernel) {
    this.kernel = kernel;
  }

  /**
   * Opens a strategy's tracker, off.
   *
   * @param process the same each time, as are the options
   */
  public ChangeTracker open(Strategy strategy, TrackedProcess process, ChangeQueueOptions options) {
    return switch (strategy) {
      case QUEUE -> new QueueTracker(kernel, process, options, queue(process, options));
      case ADAPTIVE -> new AdaptiveTracker(kernel, process, options, queue(process, options));
      case PAGEMAP, PAGEMAP_SCAN, SOFT_DIRTY_QUEUE, KERNEL_QUEUE, BPF_QUEUE, PERFECT ->
          strategy.open(kernel, process, options);
    };
  }

  private ChangeQueue queue(TrackedProcess process, ChangeQueueOptions options) {
    if (queue == null) {
      queue = process.openChangeQueue(options);
    }
    return queue;
  }
}
