package io.github.dirtyrange.track;

import io.github.dirtyrange.kernel.PageRange;
import io.github.dirtyrange.kernel.PageRegionBuffer;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.ScanRequest;
import io.github.dirtyrange.kernel.TrackedProcess;
import io.github.dirtyrange.kernel.TrackedRanges;
import io.github.dirtyrange.kernel.Vma;
import java.util.ArrayList;
import java.util.List;

/** Arming by write-protection: PAGEMAP_SCAN with WP_MATCHING and nowhere to report to. */
final class WriteProtection {

  private static final PageRegionBuffer NO_OUTPUT = new PageRegionBuffer(0);

  private WriteProtection() {}

  /** 4 GiB: as large a range is looked at mapping by mapping. */
  private static final long LARGE_PAGES = 1L << 20;

  /**
   * Write-protects every page of the ranges, populated or not: with no mask to match, holes are
   * armed too ({@code pagemap_scan_pte_hole}). One call a range; in large ranges, one for what is
   * mapped and touches, without what nobody may touch (PROT_NONE: what a heap has reserved). To arm
   * that would build page tables, 2 MiB a GiB; its first touch, later, is a fault like another.
   *
   * @return what was left unarmed for that, ascending
   */
  static List<PageRange> arm(TrackedProcess process, List<PageRange> ranges) {
    TrackedRanges tracked = TrackedRanges.of(ranges);
    List<PageRange> left = new ArrayList<>();
    if (tracked.pages() < LARGE_PAGES) {
      ranges.forEach(range -> arm(process, range.startVpn(), range.endVpn()));
      return left;
    }
    long[] run = {0, 0};
    for (Vma vma : process.maps()) {
      if (isArmed(vma)) {
        tracked.clip(vma.startVpn(), vma.endVpn(), (from, to) -> append(process, from, to, run));
      } else {
        tracked.clip(vma.startVpn(), vma.endVpn(), (from, to) -> left.add(new PageRange(from, to)));
      }
    }
    armRun(process, run);
    return left;
  }

  /** A little that nobody may touch, the guard page of a stack, is armed with what is beside it. */
  private static boolean isArmed(Vma vma) {
    return vma.readable() || vma.writable() || vma.executable() || vma.pages() < Pages.PER_TABLE;
  }

  private static void append(TrackedProcess process, long startVpn, long endVpn, long[] run) {
    if (run[1] != startVpn) {
      armRun(process, run);
      run[0] = startVpn;
    }
    run[1] = endVpn;
  }

  private static void armRun(TrackedProcess process, long[] run) {
    if (run[0] < run[1]) {
      arm(process, run[0], run[1]);
    }
  }

  /** Write-protects every page of one range, in one call. */
  static void arm(TrackedProcess process, long startVpn, long endVpn) {
    process.scan(ScanRequest.of(startVpn, endVpn, 0).withFlags(ScanRequest.WP_MATCHING), NO_OUTPUT);
  }
}
