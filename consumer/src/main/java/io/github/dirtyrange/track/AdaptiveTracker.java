package io.github.dirtyrange.track;

import io.github.dirtyrange.kernel.Categories;
import io.github.dirtyrange.kernel.ChangeQueue;
import io.github.dirtyrange.kernel.ChangeQueueOptions;
import io.github.dirtyrange.kernel.ChangeSink;
import io.github.dirtyrange.kernel.ChangeStacks;
import io.github.dirtyrange.kernel.Claims;
import io.github.dirtyrange.kernel.DrainReport;
import io.github.dirtyrange.kernel.Kernel;
import io.github.dirtyrange.kernel.PageRange;
import io.github.dirtyrange.kernel.ThreadPages;
import io.github.dirtyrange.kernel.TrackedProcess;
import io.github.dirtyrange.kernel.TrackedRanges;
import io.github.dirtyrange.kernel.Unseen;
import java.util.List;
import java.util.function.Supplier;

/**
 * A change queue where few pages change, scans where many do. What is chosen for the next interval
 * is the way that was cheaper for as many changes as the last ones had. While it scans, pages that
 * are written in every round are held unarmed, and told as HOT.
 *
 * <p>Changing over loses nothing. To scan from now on, the queue is switched off first and drained
 * then, and a scan arms for the next one. To queue from now on, the queue is switched on first, and
 * a last scan and an exact drain follow. A kernel's queue may have an arming of its own; then the
 * way that is changed to tells again of what the other way told before, which nobody can tell from
 * what was written in this very moment: it is told as COARSE.
 */
public final class AdaptiveTracker implements ChangeTracker {

  private static final ChangeSink NOWHERE = (startVpn, endVpn, changed, now) -> {};

  private final Kernel kernel;
  private final TrackedProcess process;
  private final List<PageRange> ranges;
  private final TrackedRanges tracked;
  private final ChangeQueue queue;
  private final QueueRounds drains;
  private final WrittenScan scan;
  private final WayChoice choice;
  private final HotPages hot;
  private final OwedRegions owed = new OwedRegions();
  private boolean queueing;

  /** The way was changed, and no round has been whole since. */
  private boolean changing;

  private boolean drainedLast;

  /** The queue itself chose to look at everything in its last drain. */
  private boolean queueScans;

  private long epoch;

  /** Opens a queue on the ranges of a process, off until {@link #start}. */
  public AdaptiveTracker(Kernel kernel, TrackedProcess process, ChangeQueueOptions options) {
    this(kernel, process, options, process.openChangeQueue(options));
  }

  /** Goes by a queue of the process that was opened with these options. */
  AdaptiveTracker(
      Kernel kernel, TrackedProcess process, ChangeQueueOptions options, ChangeQueue queue) {
    this(
        kernel,
        process,
        options.ranges(),
        queue,
        new CheaperWay(kernel.costs()),
        new HotPages(kernel.costs()));
  }

  /** Goes by somebody else's choice. */
  AdaptiveTracker(
      Kernel kernel,
      TrackedProcess process,
      TrackedRanges tracked,
      ChangeQueue queue,
      WayChoice choice,
      HotPages hot) {
    this.kernel = kernel;
    this.process = process;
    this.tracked = tracked;
    this.ranges = tracked.toList();
    this.queue = queue;
    this.drains = new QueueRounds(kernel, process, queue);
    this.scan = new WrittenScan(process, ranges);
    this.choice = choice;
    this.hot = hot;
    queue.disable();
  }

  /**
   * {@return what opens trackers of which each goes on with what the one before has learnt} For a
   * process that may have only one queue at a time, which others want as well.
   */
  public static Supplier<ChangeTracker> inTurn(
      Kernel kernel, TrackedProcess process, ChangeQueueOptions options) {
    CheaperWay choice = new CheaperWay(kernel.costs());
    return () ->
        new AdaptiveTracker(
            kernel,
            process,
            options.ranges(),
            process.openChangeQueue(options),
            choice,
            new HotPages(kernel.costs()));
  }

  @Override
  public String name() {
    return "adaptive";
  }

  @Override
  public String mechanism() {
    return "drain of the change queue or PAGEMAP_SCAN, whichever is cheaper";
  }

  @Override
  public String details() {
    return queue.details();
  }

  @Override
  public String explain() {
    String scans = queueing && queueScans ? "; the queue scans by choice itself" : "";
    return choice.explain() + scans;
  }

  /** {@inheritDoc} Those that both ways keep. */
  @Override
  public Claims claims() {
    return queue.claims().and(WrittenScan.CLAIMS);
  }

  @Override
  public void start() {
    epoch++;
    owed.clear();
    hot.forget();
    choice.begin(queue.recordCost(), mappedPages());
    scan.start();
    changing = false;
    queueing = choice.queues();
    if (queueing) {
      queue.enable();
      queue.drainExactly(NOWHERE);
    } else {
      queue.disable();
      queue.drain(NOWHERE);
    }
  }

  private long mappedPages() {
    long[] pages = {0};
    process
        .maps()
        .forEach(
            vma -> tracked.clip(vma.startVpn(), vma.endVpn(), (from, to) -> pages[0] += to - from));
    return pages[0];
  }

  @Override
  public Round collect(ChangedPages changed) {
    return owed.collect(changed, () -> counted(round(changed)));
  }

  private Round round(ChangedPages changed) {
    if (!changing && queueing != choice.queues()) {
      beginToChange();
    }
    if (changing) {
      return changed(changed);
    }
    return queueing ? drained(changed) : scannedAndHeld(changed);
  }

  private Round scannedAndHeld(ChangedPages changed) {
    Round round = scanned(changed);
    hot.hold();
    return round;
  }

  private void beginToChange() {
    // May fail, and then nothing has been changed.
    choice.begin(queue.recordCost(), mappedPages());
    if (queueing) {
      queue.disable();
    } else {
      queue.enable();
    }
    changing = true;
    hot.release();
    queueing = !queueing;
  }

  /** A round of both ways, after which the way is changed; if it fails, the next one is such. */
  private Round changed(ChangedPages changed) {
    ChangedPages drained = new ChangedPages();
    ChangedPages found = new ChangedPages();
    try {
      Round round =
          queueing
              ? sum(scanned(found), drainedExactly(drained))
              : sum(drained(drained), timed(found));
      changing = false;
      return round;
    } finally {
      changed.set(queueing ? inAll(found, drained) : inAll(drained, found));
    }
  }

  private static Round sum(Round first, Round second) {
    return new Round(
        second.epoch(),
        first.nanos() + second.nanos(),
        0,
        first.pagesInspected() + second.pagesInspected(),
        DrainReport.Method.SCAN_BY_CHOICE,
        first.causes().plus(second.causes()));
  }

  /**
   * {@return what was found by the way that was gone until now, and what the other way has to tell}
   */
  private static ChangedPages inAll(ChangedPages until, ChangedPages fromNow) {
    ChangedPages coarse = new ChangedPages();
    coarse.clear(fromNow.known());
    ChangedPages more = PageSets.without(fromNow, until);
    for (int i = 0; i < more.ranges(); i++) {
      coarse.accept(more.startVpn(i), more.endVpn(i), Categories.WRITTEN | Categories.COARSE, 0);
    }
    return RegionMerge.of(coarse, RegionMerge.of(until, fromNow));
  }

  @Override
  public Round collectExactly(ChangedPages changed) {
    return owed.collect(changed, () -> counted(exactRound(changed)));
  }

  private Round exactRound(ChangedPages changed) {
    if (changing) {
      return changed(changed);
    }
    hot.release();
    return queueing ? drainedExactly(changed) : scanned(changed);
  }

  private Round drained(ChangedPages changed) {
    Round round = drains.drain(changed);
    scan.armedElsewhere(changed);
    drainedLast = true;
    queueScans = round.method() == DrainReport.Method.SCAN_BY_CHOICE;
    hot.seen(changed);
    choice.drained(round.nanos(), changed, hot.worthHolding());
    return round;
  }

  private Round drainedExactly(ChangedPages changed) {
    Round round = drains.drainExactly(changed);
    scan.armedElsewhere(changed);
    drainedLast = true;
    return round;
  }

  private Round scanned(ChangedPages changed) {
    Round round = timed(changed);
    drainedLast = false;
    queueScans = false;
    hot.seen(changed);
    choice.scanned(round.nanos(), changed, hot.worthHolding());
    return round;
  }

  private Round timed(ChangedPages changed) {
    long start = kernel.nanoTime();
    long inspected = taken(changed);
    long nanos = kernel.nanoTime() - start;
    return new Round(epoch, nanos, 0, inspected, DrainReport.Method.SCAN_BY_CHOICE);
  }

  private long taken(ChangedPages changed) {
    if (hot.held().ranges() > 0) {
      return scan.takeAround(hot.held(), changed);
    }
    long inspected = scan.takeBack(hot.letGo(), changed);
    hot.armed();
    return inspected;
  }

  /** The queue's numbers have gaps where it was off. */
  private Round counted(Round round) {
    return new Round(
        ++epoch,
        round.nanos(),
        round.rearmNanos(),
        round.pagesInspected(),
        round.method(),
        round.causes());
  }

  /** {@inheritDoc} What either way does not see: nobody knows which one is gone next. */
  @Override
  public List<Unseen> unseen() {
    return UnseenFiles.and(
        UnarmedMemory.of(process, ranges, scan.regions()),
        UnseenFiles.and(queue.unseen(), UnseenFiles.of(claims(), process, tracked)));
  }

  @Override
  public List<ThreadPages> threads() {
    return drainedLast ? queue.threads() : List.of();
  }

  @Override
  public ChangeStacks stacks() {
    return drainedLast ? queue.stacks() : ChangeStacks.NONE;
  }

  @Override
  public void stop() {
    queue.disable();
  }

  @Override
  public long memoryBytes() {
    return queue.memoryBytes() + scan.memoryBytes();
  }

  @Override
  public void close() {
    queue.close();
  }
}
