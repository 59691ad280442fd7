package io.github.dirtyrange.linux;

import io.github.dirtyrange.kernel.Pages;
import java.util.function.IntFunction;
import java.util.function.IntToLongFunction;

/**
 * Measures {@link ScanCosts} on the process that is to be watched, in the state it is in, without
 * changing anything in it. What it runs is what a drain runs, so the code is compiled by the time
 * of the first drain.
 */
final class Calibration {

  private static final int CALLS = 256;
  private static final int BATCHES = 16;
  private static final int STRETCHES = 16;
  private static final long STRETCH_PAGES = 16 * Pages.PER_TABLE;
  private static final int SAMPLE_BATCHES = 64;
  private static final int SAMPLES = 1 << 10;
  private static final int RING_BYTES = SAMPLES * Abi.SAMPLE_BYTES * 2;
  private static final double LEAST_NANOS = 0.01;

  private final TrackedRanges ranges;
  private final PagemapScanIoctl scan;

  private Calibration(TrackedRanges ranges, PagemapScanIoctl scan) {
    this.ranges = ranges;
    this.scan = scan;
  }

  /** {@return the costs on the process that the scan is of} Takes some milliseconds. */
  static ScanCosts measure(TrackedRanges ranges, PagemapScanIoctl scan) {
    Calibration calibration = new Calibration(ranges, scan);
    double callNanos = calibration.callNanos();
    return new ScanCosts(
        callNanos,
        calibration.pageNanos(callNanos),
        calibration.sampleNanos(),
        calibration.hintNanos());
  }

  /** The least of several batches: what disturbs a batch can only make it longer. */
  private double callNanos() {
    double least = Double.MAX_VALUE;
    for (int batch = 0; batch < BATCHES; batch++) {
      long start = System.nanoTime();
      for (int i = 0; i < CALLS; i++) {
        long vpn = ranges.pageAt((long) i * ranges.pages() / CALLS);
        scan.findWritten(vpn, vpn + 1, 1);
      }
      least = Math.min(least, (double) (System.nanoTime() - start) / CALLS);
    }
    return least;
  }

  /** The walk of stretches spread over all ranges, less what a call costs anyway. */
  private double pageNanos(double callNanos) {
    double nanos = 0;
    long pages = 0;
    for (int i = 0; i < STRETCHES; i++) {
      long start = ranges.pageAt((long) i * ranges.pages() / STRETCHES);
      long end = Math.min(ranges.endVpn(ranges.find(start)), start + STRETCH_PAGES);
      nanos += Math.max(0, Math.min(walk(start, end), walk(start, end)) - callNanos);
      pages += end - start;
    }
    return Math.max(LEAST_NANOS, nanos / pages);
  }

  private double walk(long startVpn, long endVpn) {
    long start = System.nanoTime();
    scan.findWritten(startVpn, endVpn, (int) STRETCH_PAGES);
    return System.nanoTime() - start;
  }

  /** The reading of samples that lie in no range. */
  private double sampleNanos() {
    HintedPages hints = new HintedPages(ranges, SAMPLES);
    return leastPerSample(hints, batch -> i -> 0);
  }

  /** The reading of samples scattered over all ranges, and the ordering of what they hint at. */
  private double hintNanos() {
    HintedPages hints = new HintedPages(ranges, SAMPLES);
    // Steps by the golden ratio scatter the pages evenly.
    return leastPerSample(
        hints,
        batch ->
            i -> {
              long step = ((long) batch * SAMPLES + i) * 0x9E3779B97F4A7C15L;
              return Pages.address(ranges.pageAt(Math.floorMod(step, ranges.pages())));
            });
  }

  private double leastPerSample(HintedPages hints, IntFunction<IntToLongFunction> addresses) {
    SyntheticRing synthetic = new SyntheticRing(RING_BYTES);
    SpanPlanner planner = new SpanPlanner(ranges);
    double least = Double.MAX_VALUE;
    for (int batch = 0; batch < SAMPLE_BATCHES; batch++) {
      IntToLongFunction address = addresses.apply(batch);
      for (int i = 0; i < SAMPLES; i++) {
        synthetic.append(address.applyAsLong(i));
      }
      long start = System.nanoTime();
      synthetic.ring().read(hints);
      planner.restart(0);
      hints.drain(planner);
      least = Math.min(least, (double) (System.nanoTime() - start) / SAMPLES);
    }
    return Math.max(LEAST_NANOS, least);
  }
}
