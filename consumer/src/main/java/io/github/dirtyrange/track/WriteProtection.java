package io.github.dirtyrange.track;

import io.github.dirtyrange.kernel.Kernel;
import io.github.dirtyrange.kernel.PageRange;
import io.github.dirtyrange.kernel.PageRegionBuffer;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.ScanRequest;
import io.github.dirtyrange.kernel.TrackedProcess;
import java.util.List;

/** Arming by write-protection: PAGEMAP_SCAN with WP_MATCHING and nowhere to report to. */
final class WriteProtection {

  private static final PageRegionBuffer NO_OUTPUT = new PageRegionBuffer(0);

  private WriteProtection() {}

  /**
   * Write-protects every page of the ranges, populated or not: with no mask to match, holes are
   * armed too ({@code pagemap_scan_pte_hole}). One call a range.
   */
  static void arm(TrackedProcess process, List<PageRange> ranges) {
    for (PageRange range : ranges) {
      arm(process, range.startVpn(), range.endVpn());
    }
  }

  /** Write-protects every page of one range, in one call. */
  static void arm(TrackedProcess process, long startVpn, long endVpn) {
    process.scan(
        new ScanRequest(
            ScanRequest.WP_MATCHING, Pages.address(startVpn), Pages.address(endVpn), 0, 0, 0, 0, 0),
        NO_OUTPUT);
  }

  /** Arms the ranges and times it by the kernel's clock, in nanoseconds. */
  static long armTimed(Kernel kernel, TrackedProcess process, List<PageRange> ranges) {
    long start = kernel.nanoTime();
    arm(process, ranges);
    return kernel.nanoTime() - start;
  }
}
