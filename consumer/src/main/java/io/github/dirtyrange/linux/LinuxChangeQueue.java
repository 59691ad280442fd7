package io.github.dirtyrange.linux;

import io.github.dirtyrange.kernel.ChangeQueue;
import io.github.dirtyrange.kernel.ChangeQueueOptions;
import io.github.dirtyrange.kernel.ChangeSink;
import io.github.dirtyrange.kernel.Claims;
import io.github.dirtyrange.kernel.DrainReport;
import io.github.dirtyrange.kernel.DrainReport.Method;
import io.github.dirtyrange.kernel.Errno;
import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.kernel.Law;
import io.github.dirtyrange.kernel.Pages;

/**
 * A change queue made of what a stock kernel has: samples of completed page faults say where to
 * look, and PAGEMAP_SCAN over those spans says atomically what was written, and re-arms it.
 *
 * <p>Why no write that faults is lost:
 *
 * <ul>
 *   <li>A write to an armed page faults. The handler clears the page's protection, so that the page
 *       reads WRITTEN, and only then emits the sample, and only then does the write happen. A
 *       sample that is in the ring therefore stands for a page that reads WRITTEN already, or that
 *       was re-armed since, in which case it was reported.
 *   <li>A page that was written, and whose sample is still to come, stays WRITTEN; the sample is
 *       found by a later drain.
 *   <li>A page re-armed between the clearing and the sample was reported by what re-armed it; its
 *       write is yet to come, and faults again.
 *   <li>A fault that has to be retried emits its sample when it is at last completed. One that
 *       fails emits none and makes no page writable.
 *   <li>A sample is dropped only after its page reads WRITTEN, and that it was dropped is known
 *       (see {@link FaultSampler#hasLost}); the scan of everything that follows finds the page.
 * </ul>
 *
 * <p>What makes pages written without a fault of the process's own is not sampled: writes through
 * get_user_pages, madvise, and what docs/linux-queue.md lists. A sweep comes upon it in time, and
 * {@link #drainExactly} finds it at once.
 */
public final class LinuxChangeQueue implements ChangeQueue {

  private static final int SCAN_REGIONS = 4096;
  private static final int SPARE_REGIONS = 1;

  /** A hint in the array of hints, which doubles, and as a span of its own. */
  private static final long HINT_BYTES = 5 * Long.BYTES;

  private static final long LEAST_HINTS = 256;
  private static final long MOST_HINTS = 1 << 26;

  private final ProcPagemap pagemap;
  private final PagemapScanIoctl scan;
  private final FaultSampler sampler;
  private final TrackedRanges ranges;
  private final HintedPages hints;
  private final SpanPlanner spans;
  private final Sweep sweep;
  private final ScanCosts costs;
  private final long sampleLimit;
  private boolean scanNeeded;
  private long calls;

  private LinuxChangeQueue(
      ProcPagemap pagemap,
      TrackedRanges ranges,
      FaultSampler sampler,
      ScanCosts costs,
      long hintBytes) {
    this.pagemap = pagemap;
    this.scan = new PagemapScanIoctl(pagemap.file());
    this.sampler = sampler;
    this.ranges = ranges;
    this.costs = costs;
    this.spans = new SpanPlanner(ranges);
    this.sweep = new Sweep(ranges);
    this.sampleLimit = costs.samplesWorthReading(ranges.pages());
    long affordable = Math.max(LEAST_HINTS, hintBytes / HINT_BYTES);
    long hintLimit = Math.min(affordable, costs.hintsWorthOrdering(ranges.pages()));
    this.hints = new HintedPages(ranges, (int) Math.min(hintLimit, MOST_HINTS));
  }

  /**
   * Opens a queue on a process, on. Half of the options' bytes go to the rings, rounded down to a
   * power of two of pages a CPU but at least one page; the rest bounds what is remembered of them.
   */
  static LinuxChangeQueue open(int pid, ProcPagemap pagemap, ChangeQueueOptions options) {
    TrackedRanges ranges =
        new TrackedRanges(options.ranges(), HugePages.pagesPerFault(pid, options.ranges()));
    ScanCosts costs = Calibration.measure(ranges, new PagemapScanIoctl(pagemap.file()));
    return open(pid, pagemap, ranges, costs, options.maxBytes());
  }

  /** Opens a queue that believes costs which were not measured. */
  static LinuxChangeQueue open(
      int pid, ProcPagemap pagemap, TrackedRanges ranges, ScanCosts costs, long maxBytes) {
    FaultSampler sampler = FaultSampler.openProcess(pid, maxBytes / 2);
    try {
      LinuxChangeQueue queue = new LinuxChangeQueue(pagemap, ranges, sampler, costs, maxBytes / 2);
      queue.enable();
      return queue;
    } catch (RuntimeException e) {
      sampler.close();
      throw e;
    }
  }

  @Override
  public Claims claims() {
    return Claims.always(
            Law.EXACT,
            Law.CANONICAL,
            Law.REARMED_BEFORE_REPORTED,
            Law.PAYS_FOR_CHANGES,
            Law.BOUNDED)
        .andAfterExactScan(Law.COMPLETE);
  }

  /**
   * Takes out the written pages that samples tell of, and re-arms them. Each region is armed again
   * before the sink gets it. A sink that throws ends the drain: what was armed again and not yet
   * handed out is lost to it, and the next drain scans everything for what was not.
   */
  @Override
  public DrainReport drain(ChangeSink sink) {
    long samples = sampler.pendingSamples();
    boolean worthReading = samples <= sampleLimit;
    takeSamples(worthReading && !scanNeeded);
    if (scanNeeded) {
      return scanAll(sink, Method.SCAN_AFTER_LOSS, samples);
    }
    if (!worthReading || hints.overflown()) {
      return scanAll(sink, Method.SCAN_BY_CHOICE, samples);
    }
    return scanSpans(sink, samples);
  }

  @Override
  public DrainReport drainExactly(ChangeSink sink) {
    long samples = sampler.pendingSamples();
    takeSamples(false);
    return scanAll(sink, Method.EXACT, samples);
  }

  /** Empties the rings, into the hints or for nothing, and notices when samples were lost. */
  private void takeSamples(boolean worthReading) {
    hints.clear();
    if (worthReading) {
      sweep.addNext(hints);
      sampler.read(hints);
    } else {
      sampler.skip();
    }
    scanNeeded |= sampler.hasLost();
  }

  private DrainReport scanSpans(ChangeSink sink, long samples) {
    spans.restart(costs.gapPages());
    hints.drain(spans);
    return collect(
        sink,
        Method.QUEUE,
        samples,
        spans.pages(),
        joiner -> {
          for (int i = 0; i < spans.count(); i++) {
            takeWritten(
                spans.startVpn(i), spans.endVpn(i), spans.regions(i) + SPARE_REGIONS, joiner);
          }
        });
  }

  private DrainReport scanAll(ChangeSink sink, Method method, long samples) {
    return collect(
        sink,
        method,
        samples,
        ranges.pages(),
        joiner -> {
          for (int i = 0; i < ranges.count(); i++) {
            takeWritten(ranges.startVpn(i), ranges.endVpn(i), SCAN_REGIONS, joiner);
          }
        });
  }

  /** What finds regions in order and hands them to a joiner. */
  @FunctionalInterface
  private interface Finder {
    void find(RegionJoiner joiner);
  }

  private DrainReport collect(
      ChangeSink sink, Method method, long samples, long pages, Finder finder) {
    calls = 0;
    // Until this drain is through, its samples are taken and its pages are not all reported.
    scanNeeded = true;
    RegionJoiner joiner = new RegionJoiner(sink);
    finder.find(joiner);
    joiner.finish();
    if (joiner.pages() == 0) {
      pagemap.requireAlive();
    }
    scanNeeded = false;
    return new DrainReport(method, pages, samples, calls);
  }

  private void takeWritten(long startVpn, long endVpn, int maxRegions, RegionJoiner joiner) {
    for (long at = startVpn; at < endVpn; ) {
      int found = scan.takeWritten(at, endVpn, maxRegions);
      calls++;
      for (int i = 0; i < found; i++) {
        joiner.add(scan.startVpn(i), scan.endVpn(i));
      }
      long walkEnd = Pages.vpn(scan.walkEnd());
      if (walkEnd <= at) {
        // pagemap_scan_hugetlb_entry: a huge page that is covered in part is left alone.
        throw new KernelException(
            Errno.EINVAL, "PAGEMAP_SCAN of a range that holds part of a huge page");
      }
      at = walkEnd;
    }
  }

  @Override
  public void enable() {
    sampler.enable();
  }

  @Override
  public void disable() {
    sampler.disable();
  }

  @Override
  public long memoryBytes() {
    return sampler.memoryBytes() + scan.memoryBytes() + hints.memoryBytes() + spans.memoryBytes();
  }

  /** {@return for people: how it samples and what a setting kept it from} */
  public String describe() {
    return sampler.describe();
  }

  @Override
  public void close() {
    sampler.close();
  }
}
