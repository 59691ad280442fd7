package io.github.dirtyrange.track;

import io.github.dirtyrange.kernel.ChangeQueue;
import io.github.dirtyrange.kernel.ChangeQueueOptions;
import io.github.dirtyrange.kernel.Claims;
import io.github.dirtyrange.kernel.Kernel;
import io.github.dirtyrange.kernel.TrackedProcess;
import io.github.dirtyrange.kernel.TrackedRanges;
import io.github.dirtyrange.kernel.Unseen;
import java.util.List;

/**
 * Drains the queue that a patched kernel keeps itself: nothing is registered or armed from here,
 * and one call finds and arms again.
 */
public final class KernelQueueTracker implements ChangeTracker {

  private final TrackedProcess process;
  private final TrackedRanges ranges;
  private final ChangeQueue queue;
  private final QueueRounds rounds;
  private final OwedRegions owed = new OwedRegions();

  /** Opens the queue on the ranges of a process, off until {@link #start}. */
  public KernelQueueTracker(Kernel kernel, TrackedProcess process, ChangeQueueOptions options) {
    this.process = process;
    this.ranges = options.ranges();
    this.queue = process.openKernelQueue(options);
    this.rounds = new QueueRounds(kernel, process, queue);
    queue.disable();
  }

  @Override
  public String name() {
    return "kernel-queue";
  }

  @Override
  public String mechanism() {
    return "drain of a change queue " + queue.describe();
  }

  @Override
  public String details() {
    return queue.details();
  }

  @Override
  public Claims claims() {
    return queue.claims();
  }

  /** {@inheritDoc} Turned on, the kernel queues what is not armed; the first drain arms it. */
  @Override
  public void start() {
    owed.clear();
    queue.enable();
    queue.drain((startVpn, endVpn, changed, now) -> {});
  }

  @Override
  public Round collect(ChangedPages changed) {
    return owed.collect(changed, () -> rounds.drain(changed));
  }

  @Override
  public Round collectExactly(ChangedPages changed) {
    return owed.collect(changed, () -> rounds.drainExactly(changed));
  }

  @Override
  public List<Unseen> unseen() {
    return UnseenFiles.and(queue.unseen(), UnseenFiles.of(claims(), process, ranges));
  }

  @Override
  public void stop() {
    queue.disable();
  }

  @Override
  public long memoryBytes() {
    return queue.memoryBytes();
  }

  @Override
  public void close() {
    queue.close();
  }
}
