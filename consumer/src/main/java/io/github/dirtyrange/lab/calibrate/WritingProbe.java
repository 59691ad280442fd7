package io.github.dirtyrange.lab.calibrate;

import io.github.dirtyrange.kernel.Cost;
import io.github.dirtyrange.kernel.PageRange;
import io.github.dirtyrange.kernel.PageRegionBuffer;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.ScanRequest;
import io.github.dirtyrange.kernel.TrackedProcess;
import io.github.dirtyrange.track.ChangedPages;
import io.github.dirtyrange.workload.Workload;

/**
 * Writing, scanning and arming again: the workload writes its round's pages, which lie one after
 * another, while they are armed and once more when they are not; then they are armed again by scans
 * of one page of a page table, and of the rest of it.
 */
final class WritingProbe implements Probe {

  private static final int CALLS = 64;

  private static final long SLEEPING_AFTER_NANOS = 500_000;

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
    scan(samples, workload.reveal());
  }

  private void scan(Samples samples, ChangedPages written) {
    long first = firstWholeTable(written);
    letItSleep();
    takeBeside(first, written);
    double one = stopwatch.nanos(() -> take(first, first + 1));
    int rest = Pages.PER_TABLE - 1;
    double many = stopwatch.nanos(() -> take(first + 1, first + 1 + rest));
    take(range.startVpn(), range.endVpn());

    double call = stopwatch.nanosEach(CALLS, () -> take(first, first + 1));
    double all = stopwatch.nanos(() -> take(range.startVpn(), range.endVpn()));
    double page = (all - call) / (range.pages() - 1);
    samples.add(Cost.SCAN_PAGE, page, "scans of 1 and of " + range.pages() + " pages");
    samples.add(Cost.SCAN_CALL, call - page, "a scan of 1 page, less the page");

    double rearm = (many - one) / (rest - 1) - page;
    samples.add(Cost.REARM_PAGE, rearm, "scans that arm 1 and " + rest + " pages of a table");
    samples.add(Cost.TLB_FLUSH, one - call - rearm, "a scan that arms 1 page, less scan and page");
  }

  /**
   * What answers is on its way to sleep: until it is there, each flush has to interrupt its CPU.
   */
  private static void letItSleep() {
    long start = System.nanoTime();
    while (System.nanoTime() - start < SLEEPING_AFTER_NANOS) {
      Thread.onSpinWait();
    }
  }

  /** What the first scan after the process has run pays for besides is not to be measured. */
  private void takeBeside(long table, ChangedPages written) {
    long before = written.startVpn(0);
    long beside = before < table ? before : table + Pages.PER_TABLE;
    take(beside, beside + 1);
  }

  private static long firstWholeTable(ChangedPages written) {
    long first = Pages.blockStart(written.startVpn(0) + Pages.PER_TABLE - 1);
    if (first + Pages.PER_TABLE > written.endVpn(0)) {
      throw new IllegalStateException("the workload has written no page table whole");
    }
    return first;
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
