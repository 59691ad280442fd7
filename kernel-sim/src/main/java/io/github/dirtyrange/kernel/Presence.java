package io.github.dirtyrange.kernel;

/**
 * What is in a process's pages: which are present, which in swap, and which of these a file's. That
 * is what a checkpointer has to know of every page. It is what PAGEMAP_SCAN shows, but for markers:
 * a scan calls a page SWAPPED that holds nothing and is only noted to be write-protected once it
 * comes, as of armed memory that nobody has touched. Pagemap tells them apart, to who may see the
 * places of pages (CAP_SYS_ADMIN).
 *
 * <p>Not safe for use by several threads.
 */
public final class Presence {

  /** The categories that are told. */
  public static final long CATEGORIES = Categories.PRESENT | Categories.SWAPPED | Categories.FILE;

  private static final long SOMETHING = Categories.PRESENT | Categories.SWAPPED;
  private static final int REGIONS = 512;
  private static final int ENTRIES = 4096;

  private final Scan scan;
  private final Pagemap pagemap;
  private final PageRegionBuffer found = new PageRegionBuffer(REGIONS);
  private final long[] entries = new long[ENTRIES];

  /** Does PAGEMAP_SCAN as {@link TrackedProcess#scan}. */
  @FunctionalInterface
  public interface Scan {
    /** {@return the address at which the walk ended} */
    long scan(ScanRequest request, PageRegionBuffer regions);
  }

  /** Reads pagemap as {@link TrackedProcess#readPagemap}. */
  @FunctionalInterface
  public interface Pagemap {
    /** {@return how many entries were read} */
    int read(long startVpn, int count, long[] entries);
  }

  /** Receives regions in ascending order. */
  @FunctionalInterface
  public interface Sink {
    /** Takes one: what of {@link #CATEGORIES} all of its pages have, some of it at least. */
    void region(long startVpn, long endVpn, long categories);
  }

  /** Looks through these. */
  public Presence(Scan scan, Pagemap pagemap) {
    this.scan = scan;
    this.pagemap = pagemap;
  }

  /** Looks at a process. */
  public Presence(TrackedProcess process) {
    this(process::scan, process::readPagemap);
  }

  /**
   * Shows what is in some pages; of those that are not shown nothing is. Takes time in proportion
   * to the page tables there, and reads pagemap of what a scan calls SWAPPED.
   *
   * @throws KernelException as {@link TrackedProcess#scan}
   */
  public void read(long startVpn, long endVpn, Sink sink) {
    long end = Pages.address(endVpn);
    for (long at = Pages.address(startVpn); at < end; ) {
      at = scan.scan(request(at, end), found);
      for (int i = 0; i < found.size(); i++) {
        show(found.startVpn(i), found.endVpn(i), found.categories(i), sink);
      }
    }
  }

  private static ScanRequest request(long start, long end) {
    return new ScanRequest(0, start, end, 0, 0, 0, SOMETHING, CATEGORIES);
  }

  private void show(long startVpn, long endVpn, long categories, Sink sink) {
    if ((categories & Categories.PRESENT) != 0) {
      sink.region(startVpn, endVpn, categories);
      return;
    }
    for (long vpn = startVpn; vpn < endVpn; ) {
      int wanted = (int) Math.min(ENTRIES, endVpn - vpn);
      int read = pagemap.read(vpn, wanted, entries);
      showSwapped(vpn, read, categories, sink);
      vpn = read == wanted ? vpn + read : endVpn;
    }
  }

  /**
   * What has come meanwhile is not in swap any more; who asks next will see it. Of hugetlbfs
   * pagemap shows a marker as nothing ({@code pagemap_hugetlb_range}).
   */
  private void showSwapped(long startVpn, int count, long categories, Sink sink) {
    int from = 0;
    for (int i = 0; i <= count; i++) {
      if (i == count || holdsNothing(entries[i])) {
        if (from < i) {
          sink.region(startVpn + from, startVpn + i, categories);
        }
        from = i + 1;
      }
    }
  }

  private static boolean holdsNothing(long entry) {
    boolean empty = (entry & (PagemapEntry.PRESENT | PagemapEntry.SWAPPED)) == 0;
    return empty || PagemapEntry.isMarker(entry);
  }
}
