package io.github.dirtyrange.linux.queue;

import io.github.dirtyrange.kernel.Categories;
import io.github.dirtyrange.kernel.ChangeQueue;
import io.github.dirtyrange.kernel.ChangeSink;
import io.github.dirtyrange.kernel.ChangeStacks;
import io.github.dirtyrange.kernel.Claims;
import io.github.dirtyrange.kernel.Cost;
import io.github.dirtyrange.kernel.DrainReport;
import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.kernel.PageChangeBuffer;
import io.github.dirtyrange.kernel.PageRange;
import io.github.dirtyrange.kernel.QueueCategories;
import io.github.dirtyrange.kernel.QueueStatus;
import io.github.dirtyrange.kernel.ThreadPages;
import io.github.dirtyrange.kernel.TrackedRanges;
import io.github.dirtyrange.kernel.Unseen;
import io.github.dirtyrange.linux.mm.RearmingTurns;
import io.github.dirtyrange.linux.perf.FaultRecorder;
import io.github.dirtyrange.linux.perf.FaultSampler;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A change queue made of what a stock kernel has: samples of completed page faults say where to
 * look, and PAGEMAP_SCAN over those spans says atomically what was written, and re-arms it.
 *
 * <p>Why no write that faults is lost, and no hint need outlive its drain:
 *
 * <ul>
 *   <li>The fault that makes an armed page read WRITTEN emits a sample <em>after</em> it has
 *       changed the page-table entry ({@code mm_account_fault}, mm/memory.c) and before its thread
 *       writes. So when a sample is read whose fault made the page WRITTEN, the page reads WRITTEN,
 *       or it was re-armed in between, and then it was reported. A sample of any other fault stands
 *       for nothing and is forgotten.
 *   <li>A page that reads WRITTEN and whose sample is still to come stays WRITTEN; a later drain
 *       reads the sample.
 *   <li>A page re-armed between the change and its sample was reported by what re-armed it. If the
 *       faulting thread's write is yet to come, it faults again.
 *   <li>A fault that has to be retried emits its sample when it is at last completed. One that
 *       fails emits none and makes no page writable.
 *   <li>A sample is dropped only when its page reads WRITTEN, and that one was dropped is known
 *       ({@link FaultSampler#hasLost}); the scan of everything that follows finds the page.
 * </ul>
 *
 * <p>Where the kernel's own functions are recorded instead ({@link LinuxQueues#openRecorded}), the
 * same holds of records, which are made after the change as well, and of whoever makes it.
 *
 * <p>What makes pages written without a fault of the process's own is not sampled: writes through
 * get_user_pages, madvise, and what docs/linux-queue.md lists. A sweep comes upon it in time, and
 * {@link #drainExactly} finds it at once. Faults of the process that were not sampled are known by
 * number ({@link FaultSampler}), and lead to a scan; memory that scans pass over is told as changed
 * and listed ({@link #unseen}).
 */
public final class LinuxChangeQueue implements ChangeQueue {

  private static final long LONGEST_NAP_NANOS = 1_000_000;

  private final FaultRecorder recorder;
  private final Drainer drainer;
  private final WrittenPages unarmed;
  private final UnseenMemory unseen;
  private final ReservedMemory reserved;
  private final QueueCategories given;
  private final TrackedRanges ranges;
  private final LearntCosts costs;
  private final Completion completion;
  private long losses;

  /** None where somebody else sees to it that pages are armed again by one at a time. */
  private RearmingTurns.@Nullable Turn turn;

  private boolean open = true;
  private boolean off;
  private boolean offBefore;

  /** The number of the drain that is under way, or else of the next. */
  private long epoch = 1;

  /**
   * A queue of these parts; nobody else arms the process's pages unless it {@link #takes} turns.
   */
  LinuxChangeQueue(QueueParts parts) {
    recorder = parts.recorder();
    drainer = parts.drainer();
    unarmed = parts.unarmed();
    unseen = parts.unseen();
    reserved = parts.reserved();
    given = parts.given();
    ranges = parts.ranges();
    costs = parts.costs();
    completion = parts.completion();
  }

  /** Begins to record. */
  void begin() {
    recorder.enable();
    completion.begin();
    if (recorder.tellsAll()) {
      // What was mapped since the first look, and before anything was recorded.
      unseen.lookAtAll();
    }
  }

  /** Gives back the turn to arm the process's pages when it is closed, or off. */
  void takes(RearmingTurns.Turn begun) {
    turn = begun;
  }

  /**
   * {@inheritDoc} Not L5: on a target that faults without pause a fault comes whenever faults are
   * counted, and the drain then looks at everything.
   */
  @Override
  public Claims claims() {
    if (completion.followsPages()) {
      return QueueClaims.FOLLOWED;
    }
    return tellsEachChange() ? QueueClaims.RECORDED : QueueClaims.SAMPLED;
  }

  /**
   * {@return whether every change is recorded, and the scans that follow find it} Asked for more
   * than WRITTEN, a scan does not find an entry that was emptied ({@code pagemap_page_category}).
   */
  private boolean tellsEachChange() {
    return recorder.tellsAll() && given.now() == Categories.WRITTEN;
  }

  @Override
  public QueueCategories categories() {
    return given;
  }

  /**
   * Takes out the written pages that samples tell of, and re-arms them. Each region is armed again
   * before the sink gets it. A sink that throws ends the call, not the drain: the region that it
   * did not take and all that follow are in the next call.
   */
  @Override
  public DrainReport drain(ChangeSink sink) {
    return noted(drainer.drain(Reader.of(sink)));
  }

  /** {@inheritDoc} What does not fit is neither armed nor read, but for what one call found. */
  @Override
  public DrainReport drain(PageChangeBuffer buffer) {
    buffer.clear();
    try {
      return noted(drainer.drain(Reader.of(buffer)));
    } catch (KernelException e) {
      if (buffer.size() == 0) {
        throw e;
      }
      return noted(drainer.soFar(0));
    }
  }

  @Override
  public DrainReport drainExactly(ChangeSink sink) {
    return noted(drainer.drainExactly(Reader.of(sink)));
  }

  /** {@inheritDoc} A scan of everything that arms nothing, since samples can be read only once. */
  @Override
  public void peek(ChangeSink sink) {
    if (!drainer.isOver()) {
      drainer.showRest(unarmed, sink);
      return;
    }
    OwedRegions found = new OwedRegions();
    unarmed.collect(ranges, found);
    completion.show(found);
    if (found.isEmpty()) {
      unarmed.requireAlive();
    }
    found.deliver(Reader.of(sink), true);
  }

  /** {@inheritDoc} On Linux: what is not registered for asynchronous write-protection. */
  @Override
  public List<Unseen> unseen() {
    unseen.lookAtAll();
    if (unseen.isEmpty()) {
      unarmed.requireAlive();
    }
    return unseen.list();
  }

  /** {@return whether it was not closed} */
  public boolean isOpen() {
    return open;
  }

  /** Takes note of what was registered just now: if it is lost again, it is to be told. */
  public void seen(List<PageRange> registered) {
    unseen.registered(registered);
    registered.forEach(reserved::remove);
  }

  /** Takes note of what is mapped and cannot be registered. */
  public void refused(List<PageRange> mapped) {
    unseen.refused(mapped);
  }

  /** Takes note of what was registered and not armed, since nobody may touch it. */
  public void leftUnarmed(List<PageRange> untouchable) {
    for (PageRange range : untouchable) {
      ranges.clip(
          range.startVpn(), range.endVpn(), (from, to) -> reserved.add(new PageRange(from, to)));
    }
  }

  /**
   * {@inheritDoc} Looks at the rings again and again, with naps between that grow to a millisecond.
   * What only a scan would find wakes nobody. While samples rest, since every drain scans, it
   * returns at once.
   */
  @Override
  public boolean await(long timeoutNanos) {
    long start = System.nanoTime();
    long nap = 1_000;
    while (drainer.isOver() && !drainer.isBlind() && !recorder.hasAny()) {
      long rest = timeoutNanos - (System.nanoTime() - start);
      if (rest <= 0 || Thread.currentThread().isInterrupted()) {
        return false;
      }
      LockSupport.parkNanos(Math.min(nap, rest));
      nap = Math.min(2 * nap, LONGEST_NAP_NANOS);
    }
    return true;
  }

  /**
   * {@inheritDoc} An overflow is a drain that had to scan everything because samples were lost, or
   * faults were not sampled.
   */
  @Override
  public QueueStatus status() {
    return new QueueStatus(0, losses);
  }

  /**
   * {@inheritDoc} On Linux, of the page faults inside the ranges whose samples the drain has read:
   * faults that were not sampled, or whose samples were lost, are not among them, and of a drain
   * that scanned everything by choice nothing is known, since it read no samples. An exact drain
   * reads them for this alone, where that costs little beside its scan.
   */
  @Override
  public List<ThreadPages> threads() {
    return drainer.threads();
  }

  /**
   * {@inheritDoc} On Linux, of user code, as far as its frame pointers lead. All samples are read
   * for that, also by drains that scan by choice. Some thousand chains are told apart in a drain.
   */
  @Override
  public ChangeStacks stacks() {
    return drainer.stacks();
  }

  /** Gives a report its drain's number; the next drain has the next one. */
  private DrainReport noted(DrainReport report) {
    DrainReport numbered = report.withEpoch(epoch);
    if (report.complete()) {
      epoch++;
      losses += report.method() == DrainReport.Method.SCAN_AFTER_LOSS && !offBefore ? 1 : 0;
      offBefore = false;
    }
    return numbered;
  }

  /**
   * {@inheritDoc} The next drain then looks at everything: changes were made that no one sampled.
   */
  @Override
  public void enable() {
    if (turn != null) {
      turn.begin();
    }
    try {
      recorder.enable();
    } catch (RuntimeException e) {
      if (turn != null && off) {
        turn.end();
      }
      throw e;
    }
    if (off) {
      off = false;
      offBefore = true;
      drainer.beginAgain();
    }
  }

  @Override
  public void disable() {
    off = true;
    recorder.disable();
    if (turn != null) {
      turn.end();
    }
  }

  @Override
  public long memoryBytes() {
    return recorder.memoryBytes()
        + drainer.memoryBytes()
        + reserved.memoryBytes()
        + completion.memoryBytes();
  }

  /** Drops what is queued, without looking at the pages: for a caller that knows they are armed. */
  void forget() {
    recorder.skip();
    completion.end();
  }

  /** {@return the widest gap, in pages, that is walked rather than spared by another call} */
  public long gapPages() {
    return costs.gapPages();
  }

  @Override
  public Cost recordCost() {
    return Cost.FAULT_SAMPLE;
  }

  @Override
  public String describe() {
    return costs.describe() + recorder.limits();
  }

  /** {@inheritDoc} How it samples, what a setting kept it from, and what it goes by. */
  @Override
  public String details() {
    return recorder.describe() + "; " + costs.details();
  }

  @Override
  public void close() {
    open = false;
    try {
      recorder.close();
    } finally {
      if (turn != null) {
        turn.close();
      }
    }
  }
}
