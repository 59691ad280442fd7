package io.github.dirtyrange.linux.queue;

import io.github.dirtyrange.interval.MarkedPages;
import io.github.dirtyrange.interval.staged.IntervalMaps;
import io.github.dirtyrange.kernel.Categories;
import io.github.dirtyrange.kernel.PageRange;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.ScanRequest;
import io.github.dirtyrange.linux.mm.PagemapScanIoctl;
import io.github.dirtyrange.linux.mm.ProcPagemap;

/**
 * Memory that nobody could touch (PROT_NONE) when all else was armed, and that holds nothing since.
 * Arming it would build page tables, 2 MiB a GiB; not armed, all of it reads WRITTEN. So a scan
 * there asks for pages that hold something, which passes over holes and builds nothing ({@code
 * pagemap_scan_pte_hole}, fs/proc/task_mmu.c).
 *
 * <p>The first page that holds something ends it for its page table: that is armed whole, in one
 * call that tells which of its pages were written, and is scanned as all else from then on.
 */
final class ReservedMemory {

  private static final long HOLDING = Categories.PRESENT | Categories.SWAPPED;

  private final PagemapScanIoctl scan;
  private final long now;
  private final MarkedPages pages = new MarkedPages(IntervalMaps.create());

  /**
   * Knows of none yet, in the memory whose pagemap this is.
   *
   * @param now the categories to be told of what was written
   */
  ReservedMemory(ProcPagemap pagemap, long now) {
    this.now = now;
    scan = new PagemapScanIoctl(pagemap);
  }

  /** Adds what was not armed just now; what holds something there is armed now, untold. */
  void add(PageRange range) {
    pages.add(range.startVpn(), range.endVpn());
    long vpn = range.startVpn();
    while (vpn < range.endVpn()) {
      vpn =
          has(vpn)
              ? collect(vpn, runEnd(vpn, range.endVpn()), (start, end, categories) -> {})
              : runEnd(vpn, range.endVpn());
    }
  }

  /** Takes note of what was armed by others. */
  void remove(PageRange range) {
    pages.remove(range.startVpn(), range.endVpn());
  }

  /** {@return whether a page is of it} */
  boolean has(long vpn) {
    return pages.has(vpn);
  }

  /** {@return as {@link MarkedPages#runEnd}} */
  long runEnd(long startVpn, long endVpn) {
    return pages.runEnd(startVpn, endVpn);
  }

  /** Shows what was written in pages that are all of it, and arms nothing. */
  void show(long startVpn, long endVpn, RegionSink sink) {
    for (long vpn = startVpn; vpn < endVpn; vpn = Pages.vpn(scan.walkEnd())) {
      int found = find(Categories.WRITTEN, vpn, endVpn, 0, Pages.PER_TABLE);
      handOn(found, sink);
    }
  }

  /**
   * Collects from pages that are all of it, up to the end of the first page table that holds
   * something. {@return where it ended}
   */
  long collect(long startVpn, long endVpn, RegionSink sink) {
    // One page: a region of one would go on to the end of all that holds something, for each table.
    if (find(0, startVpn, endVpn, 1, 1) == 0) {
      return endVpn;
    }
    long holding = scan.startVpn(0);
    long from = Math.max(startVpn, Pages.blockStart(holding));
    long to = Math.min(endVpn, Pages.blockEnd(holding));
    scan.match(0, 0, 0, now | Categories.WRITTEN | HOLDING);
    int found =
        scan.call(
            ScanRequest.WP_MATCHING, Pages.address(from), Pages.address(to), 0, Pages.PER_TABLE);
    pages.remove(from, to);
    handOn(found, sink);
    return to;
  }

  private int find(long required, long startVpn, long endVpn, long maxPages, int maxRegions) {
    scan.match(0, required, HOLDING, now | Categories.WRITTEN | HOLDING);
    return scan.call(0, Pages.address(startVpn), Pages.address(endVpn), maxPages, maxRegions);
  }

  private void handOn(int found, RegionSink sink) {
    for (int i = 0; i < found; i++) {
      long categories = scan.categories(i);
      if ((categories & Categories.WRITTEN) != 0 && (categories & HOLDING) != 0) {
        sink.add(scan.startVpn(i), scan.endVpn(i), categories & now);
      }
    }
  }

  /** {@return the memory that it takes, in bytes} */
  long memoryBytes() {
    return pages.memoryBytes() + scan.memoryBytes();
  }
}
