package io.github.dirtyrange.kernel.kit;

import io.github.dirtyrange.kernel.Categories;
import io.github.dirtyrange.kernel.PageRegion;
import io.github.dirtyrange.kernel.PageRegionBuffer;
import io.github.dirtyrange.kernel.ScanRequest;
import io.github.dirtyrange.kernel.TrackedProcess;
import io.github.dirtyrange.kernel.Vma;

/**
 * The pages that random programs play with, across a border of all table levels. Programs count in
 * slots, of one page or of many.
 *
 * @param pagesPerSlot how many pages are one slot
 */
public record Window(int pagesPerSlot) {

  /** How many slots there are. */
  public static final int SLOTS = 40;

  /** A slot is a page. */
  public static final Window SMALL = new Window(1);

  /** Five huge pages. */
  public static final Window LARGE = new Window(64);

  /** {@return how many pages there are} */
  public int pages() {
    return SLOTS * pagesPerSlot;
  }

  /** {@return the first page} */
  public long base() {
    return (1L << 27) - pages() / 2;
  }

  /** {@return the page after the last} */
  public long end() {
    return base() + pages();
  }

  /** What a scan of everything says of each page; unmapped pages have none. */
  public long[] categories(TrackedProcess process) {
    return categoriesOf(process, base(), pages());
  }

  /** What a scan of everything says of each page of a range. */
  public static long[] categoriesOf(TrackedProcess process, long startVpn, int pages) {
    return categoriesOf(process, startVpn, pages, Categories.ALL);
  }

  /** What a scan for some categories says of each page of a range. */
  public static long[] categoriesOf(
      TrackedProcess process, long startVpn, int pages, long returned) {
    long[] categories = new long[pages];
    PageRegionBuffer regions = new PageRegionBuffer(pages);
    process.scan(ScanRequest.of(startVpn, startVpn + pages, 0).returning(returned), regions);
    for (PageRegion region : regions.toList()) {
      for (long vpn = region.startVpn(); vpn < region.endVpn(); vpn++) {
        categories[(int) (vpn - startVpn)] = region.categories();
      }
    }
    return categories;
  }

  /** Which pages are mapped. */
  public boolean[] mapped(TrackedProcess process) {
    boolean[] mapped = new boolean[pages()];
    for (Vma vma : process.maps()) {
      for (long vpn = vma.startVpn(); vpn < vma.endVpn(); vpn++) {
        mapped[(int) (vpn - base())] = true;
      }
    }
    return mapped;
  }
}
