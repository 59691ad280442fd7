package io.github.dirtyrange.linux.soak;

import io.github.dirtyrange.kernel.Categories;
import io.github.dirtyrange.kernel.CauseCounts;
import io.github.dirtyrange.kernel.ChangeQueue;
import io.github.dirtyrange.kernel.ChangeSink;
import io.github.dirtyrange.kernel.Claims;
import io.github.dirtyrange.kernel.DrainReport;
import io.github.dirtyrange.kernel.PageChangeBuffer;
import io.github.dirtyrange.kernel.QueueCategories;
import io.github.dirtyrange.kernel.QueueStatus;
import io.github.dirtyrange.kernel.Unseen;
import io.github.dirtyrange.track.ChangeTracker;
import io.github.dirtyrange.track.ChangedPages;
import io.github.dirtyrange.track.Round;
import java.util.List;

/**
 * A tracker as a queue: what a round has found is handed out region by region, and the next round
 * is made once all of it is.
 */
final class TrackerAsQueue implements ChangeQueue {

  private final ChangeTracker tracker;
  private final ChangedPages changed = new ChangedPages();
  private DrainReport.Method method = DrainReport.Method.QUEUE;
  private int next;

  /** Starts the tracker. */
  TrackerAsQueue(ChangeTracker tracker) {
    this.tracker = tracker;
    try {
      tracker.start();
    } catch (RuntimeException e) {
      tracker.close();
      throw e;
    }
  }

  @Override
  public DrainReport drain(PageChangeBuffer buffer) {
    beginUnlessBegun();
    buffer.clear();
    while (next < changed.regions() && !buffer.isFull()) {
      changed.show(next, buffer);
      next++;
    }
    return report();
  }

  @Override
  public DrainReport drain(ChangeSink sink) {
    beginUnlessBegun();
    return deliver(sink);
  }

  private void beginUnlessBegun() {
    if (next == changed.regions()) {
      take(tracker.collect(changed));
    }
  }

  private void take(Round round) {
    method = round.method();
    next = 0;
  }

  /** Completes what was begun first, and tells it again with what was found since. */
  @Override
  public DrainReport drainExactly(ChangeSink sink) {
    deliver(sink);
    take(tracker.collectExactly(changed));
    return deliver(sink);
  }

  private DrainReport deliver(ChangeSink sink) {
    while (next < changed.regions()) {
      changed.show(next, sink);
      next++;
    }
    return report();
  }

  private DrainReport report() {
    return new DrainReport(0, method, 0, 0, 0, CauseCounts.NONE, next == changed.regions());
  }

  @Override
  public Claims claims() {
    return tracker.claims();
  }

  @Override
  public QueueCategories categories() {
    return new QueueCategories(Categories.WRITTEN, 0);
  }

  /** {@inheritDoc} A tracker has nobody wait. */
  @Override
  public boolean await(long timeoutNanos) {
    return true;
  }

  /** {@inheritDoc} What was found, and not what would be. */
  @Override
  public void peek(ChangeSink sink) {
    for (int i = next; i < changed.regions(); i++) {
      changed.show(i, sink);
    }
  }

  @Override
  public QueueStatus status() {
    return new QueueStatus(0, 0);
  }

  @Override
  public List<Unseen> unseen() {
    return tracker.unseen();
  }

  @Override
  public void enable() {
    tracker.start();
  }

  @Override
  public void disable() {
    tracker.stop();
  }

  @Override
  public long memoryBytes() {
    return tracker.memoryBytes();
  }

  @Override
  public void close() {
    tracker.close();
  }
}
