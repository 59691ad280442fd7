package io.github.dirtyrange.linux.queue;

import io.github.dirtyrange.kernel.Categories;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.TrackedRanges;
import io.github.dirtyrange.linux.mm.PagemapScanIoctl;
import io.github.dirtyrange.linux.mm.ProcPagemap;
import io.github.dirtyrange.linux.perf.FaultSource;

/**
 * Registered memory that holds nothing at all, as long as a huge page is: armed memory has a marker
 * in each entry, so that such a hole is what a huge page has left that was taken away whole ({@code
 * zap_huge_pmd}, {@code move_huge_pmd}). Before Linux has told otherwise it does not read WRITTEN
 * ({@code pagemap_scan_pte_hole}); what is written there later does.
 */
final class EmptiedMemory {

  private static final int MOST_REGIONS = 512;

  private static final long HOLDS_NOTHING =
      Categories.WRITTEN | Categories.PRESENT | Categories.SWAPPED;

  private final PagemapScanIoctl scan;
  private final TrackedRanges ranges;
  private final ReservedMemory reserved;
  private long calls;

  /**
   * Looks at the memory whose pagemap this is.
   *
   * @param reserved was never armed, and so has no markers
   */
  EmptiedMemory(ProcPagemap pagemap, TrackedRanges ranges, ReservedMemory reserved) {
    this.ranges = ranges;
    this.reserved = reserved;
    scan = new PagemapScanIoctl(pagemap);
    scan.match(HOLDS_NOTHING, HOLDS_NOTHING | Categories.WPALLOWED, 0, Categories.WPALLOWED);
  }

  /** Finds the holes between two addresses, in the tracked ranges. */
  void find(long start, long end, FaultSource.RangeSink sink) {
    ranges.clip(
        Pages.vpn(start), Pages.vpn(end + Pages.SIZE - 1), (from, to) -> findIn(from, to, sink));
  }

  private void findIn(long startVpn, long endVpn, FaultSource.RangeSink sink) {
    for (long vpn = startVpn; vpn < endVpn; vpn = reserved.runEnd(vpn, endVpn)) {
      if (!reserved.has(vpn)) {
        findUnreserved(vpn, reserved.runEnd(vpn, endVpn), sink);
      }
    }
  }

  private void findUnreserved(long startVpn, long endVpn, FaultSource.RangeSink sink) {
    long end = Pages.address(endVpn);
    for (long at = Pages.address(startVpn); at < end; at = scan.walkEnd()) {
      int regions = scan.call(0, at, end, 0, MOST_REGIONS);
      calls++;
      for (int i = 0; i < regions; i++) {
        long from = Pages.blockStart(scan.startVpn(i) + Pages.PER_TABLE - 1);
        long to = Pages.blockStart(scan.endVpn(i));
        if (from < to) {
          sink.range(Pages.address(from), Pages.address(to));
        }
      }
    }
  }

  /** {@return how many calls were made since this was last asked} */
  long takeCalls() {
    long made = calls;
    calls = 0;
    return made;
  }

  /** {@return the memory that the buffers take, in bytes} */
  long memoryBytes() {
    return scan.memoryBytes();
  }
}
