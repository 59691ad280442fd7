package io.github.dirtyrange.linux;

import io.github.dirtyrange.kernel.ChangeQueue;
import io.github.dirtyrange.kernel.ChangeQueueOptions;
import io.github.dirtyrange.kernel.ChangeSink;
import io.github.dirtyrange.kernel.Claims;
import io.github.dirtyrange.kernel.DrainReport;
import io.github.dirtyrange.kernel.DrainReport.Method;
import io.github.dirtyrange.kernel.Law;
import io.github.dirtyrange.kernel.ScanRequest;

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

  /** A hint in the interval map, and as a span of its own. */
  private static final long HINT_BYTES = 64;

  private static final long LEAST_HINTS = 256;

  private final ProcPagemap pagemap;
  private final WrittenPages written;
  private final FaultSampler sampler;
  private final TrackedRanges ranges;
  private final HintedPages hints;
  private final SpanPlanner spans;
  private final Sweep sweep;
  private final ScanCosts costs;
  private final long sampleLimit;
  private boolean scanNeeded;

  private LinuxChangeQueue(
      ProcPagemap pagemap,
      TrackedRanges ranges,
      FaultSampler sampler,
      ScanCosts costs,
      long hintBytes) {
    this.pagemap = pagemap;
    this.written = new WrittenPages(pagemap, ScanRequest.WP_MATCHING);
    this.sampler = sampler;
    this.ranges = ranges;
    this.costs = costs;
    this.spans = new SpanPlanner(ranges);
    this.sweep = new Sweep(ranges);
    this.sampleLimit = costs.samplesWorthReading(ranges.pages());
    long affordable = Math.max(LEAST_HINTS, hintBytes / HINT_BYTES);
    long hintLimit = Math.min(affordable, costs.hintsWorthOrdering(ranges.pages()));
    this.hints = new HintedPages(ranges, hintLimit);
  }

  /**
   * Opens a queue on a process, on. Half of the options' bytes go to the rings, rounded down to a
   * power of two of pages a CPU but at least one page; the rest bounds what is remembered of them.
   */
  static LinuxChangeQueue open(int pid, ProcPagemap pagemap, ChangeQueueOptions options) {
    TrackedRanges ranges =
        new TrackedRanges(options.ranges(), HugePages.pagesPerFault(pid, options.ranges()));
    ScanCosts costs = Calibration.measure(ranges, pagemap);
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
    RegionJoiner joiner = begin(sink);
    written.collect(spans, joiner);
    return end(joiner, Method.QUEUE, spans.pages(), samples);
  }

  private DrainReport scanAll(ChangeSink sink, Method method, long samples) {
    RegionJoiner joiner = begin(sink);
    written.collect(ranges, joiner);
    return end(joiner, method, ranges.pages(), samples);
  }

  /** From here until the end of the drain, its samples are taken and its pages not yet reported. */
  private RegionJoiner begin(ChangeSink sink) {
    scanNeeded = true;
    return new RegionJoiner(sink);
  }

  private DrainReport end(RegionJoiner joiner, Method method, long pages, long samples) {
    joiner.finish();
    if (joiner.pages() == 0) {
      pagemap.requireAlive();
    }
    scanNeeded = false;
    return new DrainReport(method, pages, samples, written.takeCalls());
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
    return sampler.memoryBytes()
        + written.memoryBytes()
        + hints.memoryBytes()
        + spans.memoryBytes();
  }

  /** Drops what is queued, without looking at the pages: for a caller that knows they are armed. */
  void forget() {
    sampler.skip();
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
