package io.github.dirtyrange.track;

import io.github.dirtyrange.interval.PageIntervalMap;
import io.github.dirtyrange.interval.staged.IntervalMaps;
import io.github.dirtyrange.kernel.Categories;
import io.github.dirtyrange.kernel.ChangeHints;
import io.github.dirtyrange.kernel.ChangeHints.Kind;
import io.github.dirtyrange.kernel.Claims;
import io.github.dirtyrange.kernel.DrainReport.Method;
import io.github.dirtyrange.kernel.Kernel;
import io.github.dirtyrange.kernel.Law;
import io.github.dirtyrange.kernel.PageRange;
import io.github.dirtyrange.kernel.TrackedProcess;
import io.github.dirtyrange.kernel.TrackedRanges;
import io.github.dirtyrange.kernel.Unseen;
import io.github.dirtyrange.kernel.Vma;
import java.util.List;

/**
 * Records of the kernel's own functions say where to look, and bit 55 of those pages what was
 * written; clear_refs arms all again. Complete on a process that runs, as no other reader of
 * soft-dirty is: what is written between the reading of a bit and its clearing makes a record, as
 * the page was armed; and what that does to the bits that the clearing forgets is told without a
 * look at them.
 */
public final class RecordedSoftDirtyTracker implements ChangeTracker {

  private final Kernel kernel;
  private final TrackedProcess process;
  private final MappedRanges ranges;
  private final ChangeHints records;
  private final MappingHints mappings;
  private final PagemapWalk pagemap;
  private final HintedWalk walk;
  private final OwedRegions owed = new OwedRegions();

  /** Where the bit is to be read. */
  private final PageIntervalMap hints = IntervalMaps.create();

  private final LostBits dropped;

  /** What is told, whatever the bits say. */
  private final PageIntervalMap certain = IntervalMaps.create();

  /** Whose bits were cleared since they were read. */
  private final PageIntervalMap clearedOnce = IntervalMaps.create();

  /** Whether anything may have changed that nothing tells of any more. */
  private boolean everything;

  private long epoch;

  /**
   * Tracks the ranges of a process on a kernel that has soft-dirty and lets programs be attached.
   *
   * @param maxBytes memory that records may take
   */
  public RecordedSoftDirtyTracker(
      Kernel kernel, TrackedProcess process, List<PageRange> ranges, long maxBytes) {
    this.kernel = kernel;
    this.process = process;
    this.ranges = new MappedRanges(process, ranges);
    this.dropped = new LostBits(process);
    this.mappings = new MappingHints(process, this.ranges.all());
    this.pagemap = new PagemapWalk(process, TrackedBit.SOFT_DIRTY);
    this.walk = new HintedWalk(this.ranges.all(), pagemap, kernel.costs());
    this.records = process.openChangeHints(TrackedRanges.of(ranges), maxBytes);
  }

  @Override
  public String name() {
    return "bpf-queue";
  }

  @Override
  public String mechanism() {
    return records.describe() + "; pagemap bit 55 (soft-dirty) of the pages they name, clear_refs";
  }

  @Override
  public Claims claims() {
    Claims kept = Claims.always(Law.COMPLETE, Law.CANONICAL, Law.OWED_UNTIL_DELIVERED);
    return records.tellsAll() ? kept.butOfFiles(Law.COMPLETE) : kept.without(Law.COMPLETE);
  }

  /** {@inheritDoc} Records go on from before the arming. */
  @Override
  public void start() {
    epoch++;
    owed.clear();
    records.enable();
    records.take((kind, start, end) -> {});
    hints.clear();
    forget();
    mappings.learn();
    everything = true;
    boolean all = clear();
    dropped.forEachUnread(this::add);
    dropped.clear();
    ranges.now().forEach(range -> hintAtStillWritten(range.startVpn(), range.endVpn()));
    everything = !all;
  }

  @Override
  public Round collect(ChangedPages changed) {
    return owed.collect(changed, () -> collect(changed, Method.QUEUE));
  }

  @Override
  public Round collectExactly(ChangedPages changed) {
    return owed.collect(changed, () -> collect(changed, Method.EXACT));
  }

  /**
   * Records are taken before the bits are read, and again after they were cleared: what made a
   * record in between may have had its bit cleared unread, so it is told; or it has set the bit
   * since, and makes no record any more, so its bit is read in the next round as well. A round that
   * fails half-way leaves everything to be told.
   */
  private Round collect(ChangedPages changed, Method wanted) {
    long start = kernel.nanoTime();
    boolean lost = everything;
    everything = true;
    lost |= !records.take(this::beforeReading);
    ChangedPages written = new ChangedPages();
    long inspected = lost ? 0 : wanted == Method.EXACT ? readAll(written) : readHinted(written);
    long found = kernel.nanoTime();
    hints.clear();
    dropped.clear();
    lost |= !clear();
    dropped.forEachUnread(this::add);
    tell(written, lost, changed);
    for (int i = 0; i < changed.ranges(); i++) {
      hintAtStillWritten(changed.startVpn(i), changed.endVpn(i));
    }
    forget();
    everything = false;
    long end = kernel.nanoTime();
    Method method = lost ? Method.SCAN_AFTER_LOSS : wanted;
    return new Round(++epoch, end - start, end - found, inspected, method);
  }

  /** Clears the bits; {@return whether all was recorded} */
  private boolean clear() {
    clearedOnce.clear();
    rearm();
    return records.take(this::afterClearing);
  }

  private void forget() {
    dropped.clear();
    certain.clear();
  }

  /** Somebody else who clears the bits leaves nothing to go by. */
  private void beforeReading(Kind kind, long startVpn, long endVpn) {
    switch (kind) {
      case LOOK -> hint(startVpn, endVpn);
      // Mappings are read in each round, and a new one whole; one that has become a part of
      // another may have lost the flag by which it would read written (vma_merge, before 6.19).
      case CHANGED, CLEARED, MAPPED -> add(startVpn, endVpn);
      case RECLAIMED -> {
        hint(startVpn, endVpn);
        dropped.addReclaimed(startVpn, endVpn);
      }
      case RETRACTED -> retracted(startVpn, endVpn);
    }
  }

  private void hint(long startVpn, long endVpn) {
    hints.add(startVpn, endVpn, SoftDirtyQueueTracker.HINTED);
  }

  private void retracted(long startVpn, long endVpn) {
    hint(startVpn, endVpn);
    dropped.addRetracted(startVpn, endVpn);
  }

  private void afterClearing(Kind kind, long startVpn, long endVpn) {
    switch (kind) {
      case CLEARED -> cleared(startVpn, endVpn);
      case RETRACTED -> retracted(startVpn, endVpn);
      case MAPPED -> {
        hint(startVpn, endVpn);
        dropped.addMapped(startVpn, endVpn);
      }
      default -> {
        add(startVpn, endVpn);
        hint(startVpn, endVpn);
      }
    }
  }

  /** Once was this reader; whoever did it a second time may have been the first of the two. */
  private void cleared(long startVpn, long endVpn) {
    PageIntervalMap twice = IntervalMaps.create();
    clearedOnce.forEach(startVpn, endVpn, twice::add);
    certain.addAll(twice);
    clearedOnce.add(startVpn, endVpn, SoftDirtyQueueTracker.HINTED);
  }

  /**
   * Hints at what reads written although all bits were just cleared: it makes no record any more.
   * It was written since, and that record may be lost; or it is pinned, which leaves it writable
   * ({@code clear_soft_dirty}). A page that is writable was told in this round, or hinted at
   * before.
   */
  private void hintAtStillWritten(long startVpn, long endVpn) {
    ChangedPages still = new ChangedPages();
    pagemap.pick(startVpn, endVpn, still);
    for (int i = 0; i < still.ranges(); i++) {
      hint(still.startVpn(i), still.endVpn(i));
    }
  }

  private void add(long startVpn, long endVpn) {
    if (startVpn < endVpn) {
      certain.add(startVpn, endVpn, SoftDirtyQueueTracker.HINTED);
    }
  }

  /** A record may name all of the address space: what is mapped is read. */
  private long readHinted(ChangedPages written) {
    mappings.addTo(hints);
    walk.begin(written);
    for (Vma vma : process.maps()) {
      hints.forEach(vma.startVpn(), vma.endVpn(), walk);
    }
    return walk.end() + dropped.read(this::add);
  }

  private long readAll(ChangedPages written) {
    mappings.learn();
    long inspected = 0;
    for (PageRange range : ranges.now()) {
      inspected += pagemap.pick(range.startVpn(), range.endVpn(), written);
    }
    return inspected + dropped.read(this::add);
  }

  /** Tells of what is mapped. */
  private void tell(ChangedPages written, boolean lost, ChangedPages changed) {
    for (int i = 0; i < written.ranges(); i++) {
      add(written.startVpn(i), written.endVpn(i));
    }
    for (Vma vma : process.maps()) {
      ranges
          .tracked()
          .clip(vma.startVpn(), vma.endVpn(), (from, to) -> tell(from, to, lost, changed));
    }
  }

  private void tell(long startVpn, long endVpn, boolean lost, ChangedPages changed) {
    if (lost) {
      append(startVpn, endVpn, changed);
    } else {
      certain.forEach(startVpn, endVpn, (from, to, mask) -> append(from, to, changed));
    }
  }

  private static void append(long startVpn, long endVpn, ChangedPages changed) {
    changed.appendJoined(startVpn, endVpn, Categories.WRITTEN, 0, false);
  }

  private void rearm() {
    TrackedBit.SOFT_DIRTY.rearm(process, ranges.all());
  }

  @Override
  public List<Unseen> unseen() {
    return UnseenFiles.and(records.unseen(), UnseenFiles.of(claims(), process, ranges.tracked()));
  }

  @Override
  public void stop() {
    records.disable();
  }

  @Override
  public long memoryBytes() {
    return records.memoryBytes()
        + hints.memoryBytes()
        + dropped.memoryBytes()
        + certain.memoryBytes()
        + clearedOnce.memoryBytes()
        + pagemap.memoryBytes();
  }

  @Override
  public void close() {
    records.close();
  }
}
