package io.github.dirtyrange.track;

import io.github.dirtyrange.kernel.Categories;
import io.github.dirtyrange.kernel.ChangeQueue;
import io.github.dirtyrange.kernel.ChangeSink;
import io.github.dirtyrange.kernel.DrainReport;
import io.github.dirtyrange.kernel.Kernel;
import io.github.dirtyrange.kernel.TrackedProcess;

/** Drains of a change queue as rounds: timed, and with files told from other memory. */
final class QueueRounds {

  private final Kernel kernel;
  private final TrackedProcess process;
  private final ChangeQueue queue;

  QueueRounds(Kernel kernel, TrackedProcess process, ChangeQueue queue) {
    this.kernel = kernel;
    this.process = process;
    this.queue = queue;
  }

  /** Drains into a list, which is emptied first. */
  Round drain(ChangedPages changed) {
    return timed(changed, queue::drain);
  }

  /** Drains exactly into a list, which is emptied first. */
  Round drainExactly(ChangedPages changed) {
    return timed(changed, queue::drainExactly);
  }

  /** That a page is WRITTEN says no more than that it is told at all. */
  private long known() {
    return queue.categories().now() & ~Categories.WRITTEN;
  }

  private Round timed(ChangedPages changed, Drain drain) {
    changed.clear(known());
    long start = kernel.nanoTime();
    DrainReport report = drain.into(new FileBackedRegions(process::maps, changed));
    long nanos = kernel.nanoTime() - start;
    return new Round(
        report.epoch(), nanos, 0, report.pagesInspected(), report.method(), report.causes());
  }

  @FunctionalInterface
  private interface Drain {
    DrainReport into(ChangeSink sink);
  }
}
