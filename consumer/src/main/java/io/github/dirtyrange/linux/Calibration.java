package io.github.dirtyrange.linux;

import io.github.dirtyrange.kernel.Pages;
import java.nio.ByteBuffer;

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
        callNanos, calibration.pageNanos(callNanos), Math.max(LEAST_NANOS, sampleNanos(ranges)));
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

  /** The reading of a ring full of faults at scattered pages, and what follows before the scan. */
  private static double sampleNanos(TrackedRanges ranges) {
    ByteBuffer control = Sys.struct(Pages.SIZE);
    ByteBuffer data = Sys.struct(RING_BYTES);
    PerfRing ring = new PerfRing(control, data);
    HintedPages hints = new HintedPages(ranges);
    SpanPlanner planner = new SpanPlanner(ranges);
    double least = Double.MAX_VALUE;
    for (int batch = 0; batch < BATCHES; batch++) {
      fill(control, data, ranges, batch);
      planner.restart(0);
      long start = System.nanoTime();
      ring.read(hints);
      hints.drain(planner);
      least = Math.min(least, (double) (System.nanoTime() - start) / SAMPLES);
    }
    return least;
  }

  private static void fill(ByteBuffer control, ByteBuffer data, TrackedRanges ranges, int batch) {
    long head = control.getLong(Abi.RING_DATA_HEAD);
    long header = (long) Abi.SAMPLE_BYTES << 48 | Abi.PERF_RECORD_SAMPLE;
    for (int i = 0; i < SAMPLES; i++) {
      // A step by the golden ratio scatters the pages evenly without repeating one soon.
      long page = Math.floorMod((batch * SAMPLES + i) * 0x9E3779B97F4A7C15L, ranges.pages());
      int at = (int) (head % RING_BYTES);
      data.putLong(at, header).putLong(at + 8, Pages.address(ranges.pageAt(page)));
      head += Abi.SAMPLE_BYTES;
    }
    control.putLong(Abi.RING_DATA_HEAD, head);
  }
}
