package io.github.dirtyrange.kernel.sim;

import io.github.dirtyrange.kernel.Categories;
import io.github.dirtyrange.kernel.PageRegion;
import io.github.dirtyrange.kernel.PageRegionBuffer;
import io.github.dirtyrange.kernel.ScanRequest;
import io.github.dirtyrange.kernel.TrackedProcess;
import io.github.dirtyrange.kernel.Vma;

/** The few pages that random programs play with, across a border of all table levels. */
final class Window {

  static final int PAGES = 40;
  static final long BASE = (1L << 27) - PAGES / 2;
  static final long END = BASE + PAGES;
  static final long ALL = (Categories.ACCESSED << 1) - 1;

  private Window() {}

  /** What a scan of everything says of each page; unmapped pages have none. */
  static long[] categories(TrackedProcess process) {
    long[] categories = new long[PAGES];
    PageRegionBuffer regions = new PageRegionBuffer(PAGES);
    process.scan(ScanRequest.of(BASE, END, 0).returning(ALL), regions);
    for (PageRegion region : regions.toList()) {
      for (long vpn = region.startVpn(); vpn < region.endVpn(); vpn++) {
        categories[(int) (vpn - BASE)] = region.categories();
      }
    }
    return categories;
  }

  /** Which pages have no page table. */
  static boolean[] holes(SimProcess process) {
    boolean[] holes = new boolean[PAGES];
    for (int i = 0; i < PAGES; i++) {
      holes[i] = process.mm().pages().table(BASE + i) == null;
    }
    return holes;
  }

  static boolean[] mapped(TrackedProcess process) {
    boolean[] mapped = new boolean[PAGES];
    for (Vma vma : process.maps()) {
      for (long vpn = vma.startVpn(); vpn < vma.endVpn(); vpn++) {
        mapped[(int) (vpn - BASE)] = true;
      }
    }
    return mapped;
  }
}
