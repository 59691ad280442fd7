package io.github.dirtyrange.linux.queue;

import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.linux.mm.ProcPagemap;
import io.github.dirtyrange.linux.perf.SyntheticRing;
import io.github.dirtyrange.linux.sys.Abi;
import java.util.function.DoubleSupplier;
import java.util.function.LongUnaryOperator;

/**
 * Measures {@link ScanCosts} on the process that is to be watched, in the state it is in, without
 * changing anything in it. What it runs is what a drain runs, often enough to be compiled by the
 * time of the first drain.
 */
final class Calibration {

  private static final int WARM_DRAINS = 300;
  private static final int WARM_SAMPLES = 40;
  private static final int DRAINS = 20;
  private static final int CALLS = 100;
  private static final int WALKS = 8;
  private static final int STRETCHES = 16;
  private static final long STRETCH_PAGES = 16 * Pages.PER_TABLE;
  private static final int FILLS = 256;
  private static final int SAMPLES = 1 << 10;
  private static final int RING_BYTES = 2 * SAMPLES * Abi.SAMPLE_BYTES;
  private static final double LEAST_NANOS = 0.01;
  private static final long GOLDEN_RATIO = 0x9E3779B97F4A7C15L;

  private final TrackedRanges ranges;
  private final WrittenPages written;
  private final SpanPlanner spans;
  private final HintedPages hints;
  private final SyntheticRing synthetic = new SyntheticRing(RING_BYTES);
  private long scattered;

  private Calibration(TrackedRanges ranges, ProcPagemap pagemap) {
    this.ranges = ranges;
    this.written = new WrittenPages(pagemap, 0);
    this.spans = new SpanPlanner(ranges);
    this.hints = new HintedPages(ranges, SAMPLES);
  }

  /** {@return the costs on the process that the pagemap is of} Takes some 30 milliseconds. */
  static ScanCosts measure(TrackedRanges ranges, ProcPagemap pagemap) {
    Calibration calibration = new Calibration(ranges, pagemap);
    double sampleNanos = least(FILLS, () -> calibration.ringNanos(place -> 0));
    double hintNanos = least(FILLS, () -> calibration.ringNanos(place -> calibration.scatter()));
    calibration.warmUp();
    double callNanos = least(DRAINS, calibration::callNanos);
    double pageNanos = least(WALKS, () -> calibration.pageNanos(callNanos));
    return new ScanCosts(callNanos, pageNanos, sampleNanos, hintNanos);
  }

  /** Whole drains, of samples that nobody took, so that the first real one is not the slowest. */
  private void warmUp() {
    ScanCosts cheapest = new ScanCosts(LEAST_NANOS, 1, LEAST_NANOS, LEAST_NANOS);
    Drainer drainer = new Drainer(synthetic, written, ranges, cheapest, WARM_SAMPLES + 1);
    for (int drain = 0; drain < WARM_DRAINS; drain++) {
      for (int i = 0; i < WARM_SAMPLES; i++) {
        synthetic.append(scatter());
      }
      drainer.drain((startVpn, endVpn, changed, now) -> {});
    }
    written.takeCalls();
  }

  /** The least of many trials: what disturbs one can only make it longer. */
  private static double least(int trials, DoubleSupplier trial) {
    double least = Double.MAX_VALUE;
    for (int i = 0; i < trials; i++) {
      least = Math.min(least, trial.getAsDouble());
    }
    return Math.max(LEAST_NANOS, least);
  }

  /** A sample read and, if it lies in a tracked range, remembered and put in order. */
  private double ringNanos(LongUnaryOperator addresses) {
    for (int i = 0; i < SAMPLES; i++) {
      synthetic.append(addresses.applyAsLong(i));
    }
    long start = System.nanoTime();
    synthetic.read(hints);
    spans.restart(0);
    hints.drain(spans);
    return (double) (System.nanoTime() - start) / SAMPLES;
  }

  /** A call that walks one page, of a hundred scattered ones. */
  private double callNanos() {
    spans.restart(0);
    for (int i = 0; i < CALLS; i++) {
      long vpn = ranges.pageAt(i * ranges.pages() / CALLS);
      spans.visit(vpn, vpn + 1, 0);
    }
    long start = System.nanoTime();
    written.collect(spans, ignoring());
    return (double) (System.nanoTime() - start) / Math.max(1, written.takeCalls());
  }

  /** A page of stretches that are spread over all ranges, less what the calls cost anyway. */
  private double pageNanos(double callNanos) {
    long pages = 0;
    long start = System.nanoTime();
    for (int i = 0; i < STRETCHES; i++) {
      long from = ranges.pageAt(i * ranges.pages() / STRETCHES);
      long to = Math.min(ranges.endVpn(ranges.find(from)), from + STRETCH_PAGES);
      written.collect(from, to, Pages.PER_TABLE, ignoring());
      pages += to - from;
    }
    double nanos = (double) (System.nanoTime() - start) - written.takeCalls() * callNanos;
    return nanos / pages;
  }

  /** {@return the address of the next of pages that are scattered evenly over all ranges} */
  private long scatter() {
    scattered += GOLDEN_RATIO;
    return Pages.address(ranges.pageAt(Long.remainderUnsigned(scattered, ranges.pages())));
  }

  private static RegionJoiner ignoring() {
    return new RegionJoiner((startVpn, endVpn, changed, now) -> {});
  }
}
