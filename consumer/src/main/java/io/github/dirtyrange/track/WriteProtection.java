package io.github.dirtyrange.track;

import io.github.dirtyrange.kernel.PageRange;
import io.github.dirtyrange.kernel.PageRegionBuffer;
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
    process.scan(ScanRequest.of(startVpn, endVpn, 0).withFlags(ScanRequest.WP_MATCHING), NO_OUTPUT);
  }
}
