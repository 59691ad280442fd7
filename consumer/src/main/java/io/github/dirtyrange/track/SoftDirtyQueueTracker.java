package io.github.dirtyrange.track;

import io.github.dirtyrange.interval.PageIntervalMap;
import io.github.dirtyrange.interval.staged.IntervalMaps;
import io.github.dirtyrange.kernel.Categories;
import io.github.dirtyrange.kernel.Claims;
import io.github.dirtyrange.kernel.DrainReport.Method;
import io.github.dirtyrange.kernel.FaultSamples;
import io.github.dirtyrange.kernel.Kernel;
import io.github.dirtyrange.kernel.Law;
import io.github.dirtyrange.kernel.PageRange;
import io.github.dirtyrange.kernel.TrackedProcess;
import io.github.dirtyrange.kernel.TrackedRanges;
import io.github.dirtyrange.kernel.Unseen;
import java.util.List;

/**
 * Samples of page faults as hints, and bit 55 of the hinted pages as the truth: nothing is armed by
 * the process or runs in it, and the pages read are the pages changed. But clear_refs, which arms
 * all again, walks the whole process every time, and forgets what was not read before.
 *
 * <p>As with {@link PagemapTracker}, what is written between the reading and the arming is lost, so
 * the process must stand still meanwhile; and a page that became soft-dirty without a fault of the
 * process's own is lost unless a hint leads there. Hence no claim of L1, not even after an exact
 * scan: it finds only what changed in its own round.
 */
public final class SoftDirtyQueueTracker implements ChangeTracker {

  /** The mask of a hinted page. */
  static final long HINTED = Categories.SOFT_DIRTY;

  private final Kernel kernel;
  private final TrackedProcess process;
  private final MappedRanges ranges;
  private final FaultSamples samples;
  private final MappingHints mappings;
  private final PagemapWalk pagemap;
  private final HintedWalk walk;
  private final PageIntervalMap hints = IntervalMaps.create();
  private final OwedRegions owed = new OwedRegions();
  private boolean hintsLost;
  private long epoch;

  /**
   * Tracks the ranges of a process on a kernel that has soft-dirty and samples faults.
   *
   * @param maxBytes memory that samples and hints may take, at least a page
   */
  public SoftDirtyQueueTracker(
      Kernel kernel, TrackedProcess process, List<PageRange> ranges, long maxBytes) {
    this.kernel = kernel;
    this.process = process;
    this.ranges = new MappedRanges(process, ranges);
    this.samples = process.openFaultSamples(TrackedRanges.of(ranges), maxBytes);
    this.mappings = new MappingHints(process, this.ranges.all());
    this.pagemap = new PagemapWalk(process, TrackedBit.SOFT_DIRTY);
    this.walk = new HintedWalk(this.ranges.all(), pagemap, kernel.costs());
  }

  @Override
  public String name() {
    return "soft-dirty-queue";
  }

  @Override
  public String mechanism() {
    return "page-fault samples, pagemap bit 55 (soft-dirty) of the pages they hint at, clear_refs";
  }

  @Override
  public Claims claims() {
    return Claims.always(Law.CANONICAL, Law.BOUNDED);
  }

  /** {@inheritDoc} Old samples go before the arming: those after it may be of writes to find. */
  @Override
  public void start() {
    epoch++;
    owed.clear();
    hintsLost = false;
    samples.enable();
    samples.skip();
    mappings.learn();
    rearm();
  }

  /**
   * {@inheritDoc} Samples are taken before the bits are read, and the bits before they are cleared:
   * a fault is sampled after its bit is set, so in a process that stands still every bit that was
   * set by a fault has its sample by then. The hints of a round that failed have gone, so the next
   * one reads everything.
   */
  @Override
  public Round collect(ChangedPages changed) {
    return owed.collect(changed, () -> readHints(changed));
  }

  private Round readHints(ChangedPages changed) {
    long start = kernel.nanoTime();
    boolean lost = hintsLost;
    hintsLost = true;
    Method taken = samples.take(this::hint);
    Method method = lost ? Method.SCAN_AFTER_LOSS : taken;
    long inspected = method == Method.QUEUE ? readHinted(changed) : readAll(changed);
    Round round = rearmed(start, inspected, method);
    hintsLost = false;
    return round;
  }

  @Override
  public Round collectExactly(ChangedPages changed) {
    return owed.collect(changed, () -> readExactly(changed));
  }

  private Round readExactly(ChangedPages changed) {
    long start = kernel.nanoTime();
    hintsLost = true;
    samples.skip();
    Round round = rearmed(start, readAll(changed), Method.EXACT);
    hintsLost = false;
    return round;
  }

  @Override
  public List<Unseen> unseen() {
    return UnseenFiles.of(claims(), process, ranges.tracked());
  }

  @Override
  public void stop() {
    samples.disable();
  }

  @Override
  public long memoryBytes() {
    return samples.memoryBytes() + hints.memoryBytes() + pagemap.memoryBytes();
  }

  @Override
  public void close() {
    samples.close();
  }

  private void hint(long vpn, int pid, int tid, long nanos) {
    hints.add(vpn, HINTED);
  }

  private long readHinted(ChangedPages changed) {
    mappings.addTo(hints);
    walk.begin(changed);
    hints.drain(walk);
    return walk.end();
  }

  private long readAll(ChangedPages changed) {
    hints.clear();
    mappings.learn();
    long inspected = 0;
    for (PageRange range : ranges.now()) {
      inspected += pagemap.pick(range.startVpn(), range.endVpn(), changed);
    }
    return inspected;
  }

  private Round rearmed(long start, long inspected, Method method) {
    long found = kernel.nanoTime();
    rearm();
    long end = kernel.nanoTime();
    return new Round(++epoch, end - start, end - found, inspected, method);
  }

  private void rearm() {
    TrackedBit.SOFT_DIRTY.rearm(process, ranges.all());
  }
}
