package io.github.dirtyrange.linux.queue;

import io.github.dirtyrange.kernel.CauseCounts;
import io.github.dirtyrange.kernel.ChangeSink;
import io.github.dirtyrange.kernel.DrainReport;
import io.github.dirtyrange.kernel.DrainReport.Method;
import io.github.dirtyrange.kernel.TrackedRanges;
import io.github.dirtyrange.linux.perf.FaultSource;
import java.util.function.Supplier;

/**
 * Turns samples into written pages: reads them into hints, plans spans and collects what was
 * written there; or collects from everything, where that is cheaper or where samples were lost.
 */
final class Drainer {

  private final FaultSource samples;
  private final WrittenPages written;
  private final TrackedRanges ranges;
  private final HintedPages hints;
  private final SpanPlanner spans;
  private final Sweep sweep;
  private final GrowingSpans growing;
  private final LearntCosts costs;
  private final long mostHints;
  private long lastDrainNanos = System.nanoTime();
  private boolean scanNeeded;

  /**
   * Drains a source of samples.
   *
   * @param ranges where changes matter, mapped or not
   * @param mapped says what of them is mapped at that moment
   * @param mostHints how many hints may be remembered, whatever they cost
   */
  Drainer(
      FaultSource samples,
      WrittenPages written,
      TrackedRanges ranges,
      Supplier<TrackedRanges> mapped,
      LearntCosts costs,
      long mostHints) {
    this.samples = samples;
    this.written = written;
    this.ranges = ranges;
    this.costs = costs;
    this.mostHints = mostHints;
    this.hints = new HintedPages(ranges);
    this.spans = new SpanPlanner(ranges);
    this.growing = new GrowingSpans(written, ranges);
    this.sweep = new Sweep(mapped, costs);
  }

  /**
   * Collects what samples tell of, as {@link io.github.dirtyrange.kernel.ChangeQueue#drain}. The
   * queue numbers the reports.
   */
  DrainReport drain(ChangeSink sink) {
    long count = samples.pendingSamples();
    boolean worthReading = !scanNeeded && count <= costs.samplesWorthReading(sweep.mappedPages());
    takeSamples(worthReading);
    if (scanNeeded) {
      return scanAll(sink, Method.SCAN_AFTER_LOSS, count);
    }
    if (!worthReading || hints.overflown()) {
      return scanAll(sink, Method.SCAN_BY_CHOICE, count);
    }
    return scanSpans(sink, count);
  }

  /** Collects from everything. */
  DrainReport drainExactly(ChangeSink sink) {
    long count = samples.pendingSamples();
    takeSamples(false);
    return scanAll(sink, Method.EXACT, count);
  }

  /** {@return the memory that hints, spans and buffers take, in bytes} */
  long memoryBytes() {
    return written.memoryBytes()
        + hints.memoryBytes()
        + spans.memoryBytes()
        + growing.memoryBytes();
  }

  /** Empties the rings, into the hints or for nothing, and notices when samples were lost. */
  private void takeSamples(boolean worthReading) {
    long sinceLast = sinceLastDrain();
    hints.restart(Math.min(mostHints, costs.hintsWorthOrdering(sweep.mappedPages())));
    if (worthReading) {
      sweep.addNext(hints, sinceLast);
      samples.read(hints);
    } else {
      samples.skip();
    }
    scanNeeded |= samples.hasLost();
  }

  private long sinceLastDrain() {
    long last = lastDrainNanos;
    lastDrainNanos = System.nanoTime();
    return lastDrainNanos - last;
  }

  private DrainReport scanSpans(ChangeSink sink, long count) {
    spans.restart(costs.gapPages());
    hints.drain(spans);
    RegionJoiner joiner = begin(sink);
    growing.collect(spans, joiner);
    return end(joiner, Method.QUEUE, growing.pages(), count);
  }

  private DrainReport scanAll(ChangeSink sink, Method method, long count) {
    RegionJoiner joiner = begin(sink);
    written.collect(ranges, joiner);
    return end(joiner, method, sweep.mappedPages(), count);
  }

  /** From here until the end of the drain, its samples are taken and its pages not yet reported. */
  private RegionJoiner begin(ChangeSink sink) {
    scanNeeded = true;
    return new RegionJoiner(sink);
  }

  private DrainReport end(RegionJoiner joiner, Method method, long pages, long count) {
    joiner.finish();
    if (joiner.pages() == 0) {
      written.requireAlive();
    }
    scanNeeded = false;
    costs.endDrain();
    return new DrainReport(0, method, pages, count, written.takeCalls(), CauseCounts.NONE, true);
  }
}
