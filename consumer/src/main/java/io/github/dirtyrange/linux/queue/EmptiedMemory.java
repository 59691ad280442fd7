package io.github.dirtyrange.linux.queue;

import io.github.dirtyrange.kernel.Categories;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.TrackedRanges;
import io.github.dirtyrange.linux.mm.PagemapScanIoctl;
import io.github.dirtyrange.linux.mm.ProcPagemap;
import io.github.dirtyrange.linux.perf.FaultSource;

/**
 * Registered memory that holds nothing at all: armed memory has a marker in each entry, so that a
 * hole is what a huge page has left that was dropped whole ({@code zap_huge_pmd}). It does not read
 * WRITTEN ({@code pagemap_scan_pte_hole}); what is written there later does.
 */
final class EmptiedMemory {

  private static final int MOST_REGIONS = 512;

  private static final long HOLDS_NOTHING =
      Categories.WRITTEN | Categories.PRESENT | Categories.SWAPPED;

  private final PagemapScanIoctl scan;
  private final TrackedRanges ranges;
  private long calls;

  /** Looks at the memory whose pagemap this is. */
  EmptiedMemory(ProcPagemap pagemap, TrackedRanges ranges) {
    this.ranges = ranges;
    scan = new PagemapScanIoctl(pagemap);
    scan.match(HOLDS_NOTHING, HOLDS_NOTHING | Categories.WPALLOWED, 0, Categories.WPALLOWED);
  }

  /** Finds the holes between two addresses, in the tracked ranges. */
  void find(long start, long end, FaultSource.RangeSink sink) {
    ranges.clip(
        Pages.vpn(start), Pages.vpn(end + Pages.SIZE - 1), (from, to) -> findIn(from, to, sink));
  }

  private void findIn(long startVpn, long endVpn, FaultSource.RangeSink sink) {
    long end = Pages.address(endVpn);
    for (long at = Pages.address(startVpn); at < end; at = scan.walkEnd()) {
      int regions = scan.call(0, at, end, 0, MOST_REGIONS);
      calls++;
      for (int i = 0; i < regions; i++) {
        sink.range(Pages.address(scan.startVpn(i)), Pages.address(scan.endVpn(i)));
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
