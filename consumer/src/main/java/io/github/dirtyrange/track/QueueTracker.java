package io.github.dirtyrange.track;

import io.github.dirtyrange.kernel.ChangeQueue;
import io.github.dirtyrange.kernel.ChangeQueueOptions;
import io.github.dirtyrange.kernel.ChangeStacks;
import io.github.dirtyrange.kernel.Claims;
import io.github.dirtyrange.kernel.Kernel;
import io.github.dirtyrange.kernel.PageRange;
import io.github.dirtyrange.kernel.ThreadPages;
import io.github.dirtyrange.kernel.TrackedProcess;
import io.github.dirtyrange.kernel.TrackedRanges;
import io.github.dirtyrange.kernel.Unseen;
import java.util.List;

/** Drains the kernel's change queue: the cost is that of the pages changed. */
public final class QueueTracker implements ChangeTracker {

  private static final String MECHANISM = "drain of the change queue";

  private final String name;
  private final TrackedProcess process;
  private final List<PageRange> ranges;
  private final ChangeQueue queue;
  private final QueueRounds rounds;
  private final OwedRegions owed = new OwedRegions();

  /** Opens a queue on the ranges of a process, off until {@link #start}. */
  public QueueTracker(Kernel kernel, TrackedProcess process, ChangeQueueOptions options) {
    this(kernel, process, options, process.openChangeQueue(options));
  }

  /**
   * Opens a queue that goes by records of the kernel's own functions, off until {@link #start}; of
   * the same ways otherwise.
   */
  static QueueTracker ofRecords(Kernel kernel, TrackedProcess process, ChangeQueueOptions options) {
    return new QueueTracker(
        "bpf-queue", kernel, process, options, process.openRecordedQueue(options));
  }

  /** Goes by a queue of the process that was opened with these options. */
  QueueTracker(
      Kernel kernel, TrackedProcess process, ChangeQueueOptions options, ChangeQueue queue) {
    this("queue", kernel, process, options, queue);
  }

  private QueueTracker(
      String name,
      Kernel kernel,
      TrackedProcess process,
      ChangeQueueOptions options,
      ChangeQueue queue) {
    this.name = name;
    this.process = process;
    this.ranges = options.ranges().toList();
    this.queue = queue;
    this.rounds = new QueueRounds(kernel, process, queue);
    queue.disable();
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public String mechanism() {
    String state = queue.describe();
    return MECHANISM + (state.isEmpty() ? "" : "; " + state);
  }

  @Override
  public String details() {
    return queue.details();
  }

  @Override
  public Claims claims() {
    return queue.claims();
  }

  @Override
  public void start() {
    owed.clear();
    WriteProtection.arm(process, ranges);
    queue.enable();
    queue.drainExactly((startVpn, endVpn, changed, now) -> {});
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
    return UnseenFiles.and(
        queue.unseen(), UnseenFiles.of(claims(), process, TrackedRanges.of(ranges)));
  }

  @Override
  public List<ThreadPages> threads() {
    return queue.threads();
  }

  @Override
  public ChangeStacks stacks() {
    return queue.stacks();
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
