package io.github.dirtyrange.kernel;

/**
 * What is in a process's pages, read from pagemap in the place of PAGEMAP_SCAN, for kernels before
 * 6.7. Of the categories it tells {@link Presence#CATEGORIES}. Takes time in proportion to the
 * pages asked for, mapped or not.
 */
public final class PagemapScan implements Presence.Scan {

  private static final int ENTRIES = 4096;

  private final TrackedProcess process;
  private final long[] entries = new long[ENTRIES];

  /** Looks at a process. */
  public PagemapScan(TrackedProcess process) {
    this.process = process;
  }

  @Override
  public long scan(ScanRequest request, PageRegionBuffer regions) {
    regions.clear();
    long end = Pages.vpn(request.endAddress());
    long vpn = Pages.vpn(request.startAddress());
    while (vpn < end) {
      int wanted = (int) Math.min(ENTRIES, end - vpn);
      int read = process.readPagemap(vpn, wanted, entries);
      int told = tell(vpn, read, regions);
      vpn += told;
      if (told < wanted) {
        return told < read ? Pages.address(vpn) : request.endAddress();
      }
    }
    return request.endAddress();
  }

  /**
   * {@return of how many pages it is told; fewer than all if there is no room for another region}
   */
  private int tell(long startVpn, int count, PageRegionBuffer regions) {
    int from = 0;
    while (from < count) {
      long categories = categories(entries[from]);
      int to = from + 1;
      while (to < count && categories(entries[to]) == categories) {
        to++;
      }
      if (categories != 0) {
        if (regions.size() == regions.capacity()) {
          return from;
        }
        regions.add(startVpn + from, startVpn + to, categories);
      }
      from = to;
    }
    return count;
  }

  private static long categories(long entry) {
    long categories = 0;
    if ((entry & PagemapEntry.PRESENT) != 0) {
      categories |= Categories.PRESENT;
    }
    if ((entry & PagemapEntry.SWAPPED) != 0) {
      categories |= Categories.SWAPPED;
    }
    boolean holds = categories != 0;
    return holds && (entry & PagemapEntry.FILE) != 0 ? categories | Categories.FILE : categories;
  }
}
