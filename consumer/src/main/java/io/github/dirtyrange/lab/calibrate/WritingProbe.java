package io.github.dirtyrange.lab.calibrate;

import io.github.dirtyrange.kernel.Cost;
import io.github.dirtyrange.kernel.PageRange;
import io.github.dirtyrange.kernel.PageRegionBuffer;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.ScanRequest;
import io.github.dirtyrange.kernel.TrackedProcess;
import io.github.dirtyrange.workload.Workload;

/**
 * Writing and scanning: the workload writes its round's pages, which lie one after another, while
 * they are armed and once more when they are not; then all are armed again, and scanned where
 * nothing was written.
 */
final class WritingProbe implements Probe {

  private static final int CALLS = 64;

  private final Stopwatch stopwatch;
  private final TrackedProcess process;
  private final Workload workload;
  private final PageRange range;
  private final PageRegionBuffer regions = new PageRegionBuffer(Pages.PER_TABLE);
  private int round;

  /** Measures in a range of the workload's that is registered, and whose pages are there. */
  WritingProbe(Stopwatch stopwatch, TrackedProcess process, Workload workload, PageRange range) {
    this.stopwatch = stopwatch;
    this.process = process;
    this.workload = workload;
    this.range = range;
  }

  @Override
  public void measure(Samples samples) {
    take(range.startVpn(), range.endVpn());
    workload.beginRound(round);
    double armed = workload.write(2 * round);
    double unarmed = workload.write(2 * round + 1);
    round++;
    samples.add(Cost.ACCESS, unarmed, "stores to pages that are not armed");
    samples.add(Cost.ARMED_WRITE_FAULT, armed - unarmed, "first stores to armed pages, less those");
    scan(samples);
  }

  private void scan(Samples samples) {
    take(range.startVpn(), range.endVpn());
    double call = stopwatch.nanosEach(CALLS, () -> take(range.startVpn(), range.startVpn() + 1));
    double all = stopwatch.nanos(() -> take(range.startVpn(), range.endVpn()));
    double page = (all - call) / (range.pages() - 1);
    samples.add(Cost.SCAN_PAGE, page, "scans of 1 and of " + range.pages() + " pages");
    samples.add(Cost.SCAN_CALL, call - page, "a scan of 1 page, less the page");
  }

  /** Takes what is written in a span, and arms it again. */
  private void take(long startVpn, long endVpn) {
    ScanRequest request = ScanRequest.takeWritten(startVpn, endVpn);
    long end = Pages.address(endVpn);
    for (long at = Pages.address(startVpn); at < end; ) {
      at = process.scan(request.from(at), regions);
    }
  }
}
