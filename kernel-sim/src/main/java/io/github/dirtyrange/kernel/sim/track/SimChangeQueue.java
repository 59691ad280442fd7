package io.github.dirtyrange.kernel.sim.track;

import io.github.dirtyrange.kernel.Categories;
import io.github.dirtyrange.kernel.CauseCounts;
import io.github.dirtyrange.kernel.ChangeCause;
import io.github.dirtyrange.kernel.ChangeQueue;
import io.github.dirtyrange.kernel.ChangeQueueOptions;
import io.github.dirtyrange.kernel.ChangeSink;
import io.github.dirtyrange.kernel.Claims;
import io.github.dirtyrange.kernel.Cost;
import io.github.dirtyrange.kernel.DrainReport;
import io.github.dirtyrange.kernel.Errno;
import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.kernel.Law;
import io.github.dirtyrange.kernel.PageChangeBuffer;
import io.github.dirtyrange.kernel.QueueCategories;
import io.github.dirtyrange.kernel.QueueStatus;
import io.github.dirtyrange.kernel.TrackedRanges;
import io.github.dirtyrange.kernel.Unseen;
import io.github.dirtyrange.kernel.sim.machine.Profile;
import io.github.dirtyrange.kernel.sim.machine.Quirk;
import io.github.dirtyrange.kernel.sim.mm.AddressSpace;
import io.github.dirtyrange.kernel.sim.protocol.DrainSteps;
import io.github.dirtyrange.kernel.sim.queue.OutOfOrderMerge;
import io.github.dirtyrange.kernel.sim.queue.QueueDesign;
import io.github.dirtyrange.kernel.sim.queue.QueueSpec;
import io.github.dirtyrange.kernel.sim.queue.RecordQueue;
import io.github.dirtyrange.kernel.sim.queue.TakenInPlace;
import java.util.List;
import java.util.Optional;

/**
 * A change queue of the simulated kernel: a {@link RecordQueue} of any design, and around it what
 * all designs have in common. Records are clipped to the tracked ranges and categories; a drain
 * takes everything out, and then reads, arms and hands out page by page.
 *
 * <p>Half of the memory is the design's, the other half what a drain has taken out and not handed
 * out yet, or the next of it where the design leaves it in its place. There is a least, {@link
 * #LEAST_BYTES}.
 */
public final class SimChangeQueue implements ChangeQueue, RecordSink {

  /** The memory that a queue gets if it is given less. */
  public static final long LEAST_BYTES = 2 * QueueSpec.MIN_BYTES;

  private static final int COPIED_OUT = 512;
  private static final ChangeSink NO_SINK = (startVpn, endVpn, changed, now) -> {};

  private static final long WRITES = Categories.WRITTEN | Categories.SOFT_DIRTY;

  private final AddressSpace mm;
  private final ChangeRecorder recorder;
  private final TrackedRanges ranges;
  private final QueueDesign design;
  private final PendingRecords pending;
  private final TakenRegions taken;
  private final long kept;

  /** What a drain that hands out everything has armed and not handed out yet. */
  private final PageChangeBuffer copiedOut = new PageChangeBuffer(COPIED_OUT);

  /** What changed pages since the last drain. */
  private final CauseCounter causes = new CauseCounter();

  private final DrainSteps steps;
  private Drain drain;

  /** The number of the drain that is under way, or else of the next. */
  private long epoch = 1;

  private final QueueCategories given;

  private final UnseenPages unseen;

  private boolean enabled;
  private long coarseRegions;

  /**
   * Starts queueing the changes of the ranges, and then arms them (law L12): the other way round, a
   * page written in between would be armed no more, and nobody would know.
   *
   * @throws KernelException EOPNOTSUPP for categories that this kernel has not; EBUSY where the
   *     process has a queue; EOPNOTSUPP where the ranges have mappings, and none whose writes it
   *     would see
   */
  public SimChangeQueue(
      AddressSpace mm,
      ChangeRecorder recorder,
      ChangeQueueOptions options,
      QueueDesign design,
      int cpus) {
    given = given(mm.profile(), options);
    this.mm = mm;
    this.recorder = recorder;
    ranges = options.ranges();
    this.design = design;
    long bytes = Math.max(LEAST_BYTES, options.maxBytes());
    steps = new DrainSteps(mm.profile().quirks());
    pending =
        new PendingRecords(
            OutOfOrderMerge.of(design, mm.profile().quirks()),
            new QueueSpec(cpus, ranges, bytes / 2));
    taken = new TakenRegions(ranges);
    kept = given.changed() | Categories.GONE | Categories.COARSE;
    drain = new Drain(mm, taken, rearm());
    unseen = new UnseenPages(mm, ranges, given.changed());
    unseen.refuseIfNothingElse();
    DrainSteps.ofOpening(mm.profile().quirks())
        .run(new TurningOn(this::listen, this::armAll, this::chargeFlush));
  }

  /** All that this kernel has a name for, unless fewer transitions are asked for. */
  private static QueueCategories given(Profile profile, ChangeQueueOptions options) {
    long all = PagemapScan.known(profile) & ~without(profile);
    long missing = (options.changed() | options.now()) & ~all;
    KernelException.refuseIf(
        missing != 0, Errno.EOPNOTSUPP, "change queue of " + Categories.toString(missing));
    return new QueueCategories(
        options.changed() == ChangeQueueOptions.UNASKED ? all : options.changed(), all);
  }

  /** ACCESSED is of a way to arm that is not simulated. */
  private static long without(Profile profile) {
    return Categories.ACCESSED | (profile.has(Quirk.NO_SOFT_DIRTY) ? Categories.SOFT_DIRTY : 0);
  }

  private void listen() {
    recorder.open(this);
    enabled = true;
  }

  private void armAll() {
    ranges.clip(0, TrackedRanges.USER_END_VPN, rearm()::arm);
  }

  private Rearm rearm() {
    return new Rearm(mm, given.changed(), given.now());
  }

  @Override
  public Claims claims() {
    Claims claims = design.claims();
    if ((given.changed() & WRITES) == 0) {
      claims = claims.without(Law.COMPLETE, Law.AGREES_WITH_SCAN, Law.FROM_THE_FIRST_WRITE);
    }
    return given.changed() == given.now() ? claims : claims.without(Law.CARRIES_DELTAS);
  }

  @Override
  public QueueCategories categories() {
    return given;
  }

  @Override
  public void add(int cpu, long startVpn, long endVpn, long changed, ChangeCause cause) {
    causes.add(cause, changed, add(cpu, startVpn, endVpn, changed));
  }

  /** Queues what is tracked of a record; {@return how many pages that are} */
  private long add(int cpu, long startVpn, long endVpn, long changed) {
    if ((changed & kept) == 0) {
      return 0;
    }
    long pages = 0;
    for (int i = ranges.firstEndingAfter(startVpn);
        i < ranges.count() && ranges.startVpn(i) < endVpn;
        i++) {
      long from = Math.max(startVpn, ranges.startVpn(i));
      long to = Math.min(endVpn, ranges.endVpn(i));
      pending.record(cpu, from, to, changed & kept);
      pages += to - from;
    }
    return pages;
  }

  @Override
  public void move(int cpu, long oldStartVpn, long newStartVpn, long pages) {
    carryLeft(cpu, oldStartVpn, newStartVpn, pages);
    pending.move(cpu, oldStartVpn, newStartVpn, pages);
  }

  /** What a drain has taken and not handed out yet follows the pages as well. */
  private void carryLeft(int cpu, long oldStartVpn, long newStartVpn, long pages) {
    long distance = newStartVpn - oldStartVpn;
    drain.forEachLeft(
        (start, end, changed) -> {
          long from = Math.max(start, oldStartVpn);
          long to = Math.min(end, oldStartVpn + pages);
          if (from < to) {
            add(cpu, from + distance, to + distance, changed);
          }
        });
  }

  @Override
  public boolean await(long timeoutNanos) {
    recorder.flush();
    return !drain.isComplete() || !pending.isEmpty();
  }

  @Override
  public DrainReport drain(PageChangeBuffer buffer) {
    DrainCall call = begin(buffer, NO_SINK);
    call.run(steps);
    return counted(call.report(epoch, DrainReport.Method.QUEUE));
  }

  @Override
  public DrainReport drain(ChangeSink sink) {
    return drain(sink, DrainReport.Method.QUEUE);
  }

  /** Copies out one buffer after another, each armed and flushed before the sink is told of it. */
  private DrainReport drain(ChangeSink sink, DrainReport.Method method) {
    DrainCall call = begin(copiedOut, sink);
    do {
      call.run(steps);
    } while (!drain.isComplete());
    return counted(call.report(epoch, method));
  }

  private DrainReport counted(DrainReport report) {
    epoch += report.complete() ? 1 : 0;
    return report;
  }

  private DrainCall begin(PageChangeBuffer buffer, ChangeSink sink) {
    recorder.flush();
    mm.clock().charge(Cost.DRAIN_CALL);
    if (drain.isComplete()) {
      drain = drain.restarted();
    }
    return new DrainCall(this, drain, buffer, sink);
  }

  /** Takes everything out of the queue, or begins to; {@return the entries gone through} */
  long takeAll() {
    taken.clear();
    Optional<TakenInPlace> walk = pending.drainInPlace();
    if (walk.isPresent()) {
      taken.follow(new CountedWalk(walk.get(), this::walked));
      return 0;
    }
    long entries = pending.drain(this::take);
    charge(entries, taken.size());
    return entries;
  }

  private void charge(long entries, long regions) {
    mm.clock().charge(Cost.DRAIN_ENTRY, entries);
    mm.clock().charge(Cost.DRAIN_REGION, regions);
  }

  private void walked(long entries, long regions, long coarse) {
    coarseRegions += coarse;
    charge(entries, regions);
    drain.found(entries, CauseCounts.NONE);
  }

  /** {@return what changed the pages since the drain before, and counts from 0 again} */
  CauseCounts takeCauses() {
    return causes.take();
  }

  /** Throws away what is queued, which {@link Quirk#EMPTY_AFTER_READING} does. */
  void loseAll() {
    pending.lose();
  }

  void chargeFlush() {
    mm.clock().charge(Cost.TLB_FLUSH);
  }

  private void take(long startVpn, long endVpn, long changed) {
    coarseRegions += (changed & Categories.COARSE) == 0 ? 0 : 1;
    taken.add(startVpn, endVpn, changed);
  }

  /**
   * {@inheritDoc} Of what it sees, the queue is complete already. The scan adds, as COARSE, what
   * memory holds that it does not see, and what is not armed for any other reason.
   */
  @Override
  public DrainReport drainExactly(ChangeSink sink) {
    recorder.flush();
    drain.forEachLeft(pending::putBack);
    taken.clear();
    drain = drain.restarted();
    long scanned = addWritten();
    DrainReport report = drain(sink, DrainReport.Method.EXACT);
    return new DrainReport(
        report.epoch(),
        report.method(),
        scanned + report.pagesInspected(),
        report.records(),
        report.calls() + 1,
        report.causes(),
        true);
  }

  @Override
  public void peek(ChangeSink sink) {
    recorder.flush();
    if (!drain.isComplete()) {
      drain.peek(sink);
      return;
    }
    TakenRegions regions = new TakenRegions(ranges);
    pending.peek(regions::add);
    new Drain(mm, regions, rearm()).peek(sink);
  }

  @Override
  public List<Unseen> unseen() {
    return unseen.list();
  }

  @Override
  public QueueStatus status() {
    recorder.flush();
    return new QueueStatus(coarseRegions, pending.overflows());
  }

  /** Adds every page that is not armed, by a scan; {@return how many pages that went through} */
  private long addWritten() {
    long scanned =
        new WrittenRecords(mm, ranges, unseen)
            .addTo((startVpn, endVpn, written) -> add(0, startVpn, endVpn, written));
    mm.clock().charge(Cost.SCAN_CALL);
    mm.clock().charge(Cost.SCAN_PAGE, scanned);
    return scanned;
  }

  /**
   * {@inheritDoc} What was written while it was off is queued now, by a scan of all ranges: those
   * pages are not armed, so that nothing would tell of the next write either. It listens before it
   * scans (law L12).
   */
  @Override
  public void enable() {
    if (!enabled) {
      enabled = true;
      DrainSteps.ofTurningOn(mm.profile().quirks())
          .run(new TurningOn(() -> recorder.turn(true), this::addWritten, this::chargeFlush));
    }
  }

  @Override
  public void disable() {
    if (enabled) {
      enabled = false;
      recorder.turn(false);
    }
  }

  @Override
  public long memoryBytes() {
    recorder.flush();
    return pending.memoryBytes() + taken.memoryBytes();
  }

  @Override
  public void close() {
    enabled = false;
    recorder.close(this);
    pending.clear();
    taken.clear();
    drain = new Drain(mm, taken, rearm());
  }
}
