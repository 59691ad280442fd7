package io.github.dirtyrange.linux.laws;

import io.github.dirtyrange.kernel.Categories;
import io.github.dirtyrange.kernel.PageRange;
import io.github.dirtyrange.kernel.PageRegionBuffer;
import io.github.dirtyrange.kernel.Presence;
import io.github.dirtyrange.kernel.ScanRequest;
import io.github.dirtyrange.kernel.TrackedProcess;
import io.github.dirtyrange.kernel.Vma;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * What the kernel shows of some pages at one moment: what is in them, whether they are mapped,
 * registered and written.
 */
final class ShownMemory {

  private final Map<Long, Page> pages = new TreeMap<>();

  /**
   * A page.
   *
   * @param presence of {@link Presence#CATEGORIES}
   * @param registered whether a scan says WPALLOWED
   * @param written whether a scan for WRITTEN alone says that, as of an entry that was emptied none
   *     does that asks for more
   */
  record Page(boolean mapped, long presence, boolean registered, boolean written) {

    boolean isPresent() {
      return (presence & Categories.PRESENT) != 0;
    }

    /** {@return whether it was written; of what is not registered a scan may say so or not} */
    boolean isWritten() {
      return registered && written;
    }
  }

  ShownMemory(TrackedProcess process, List<PageRange> ranges) {
    Presence presence = new Presence(process);
    List<Vma> maps = process.maps();
    for (PageRange range : ranges) {
      long[] holds = new long[Math.toIntExact(range.pages())];
      presence.read(
          range.startVpn(),
          range.endVpn(),
          (start, end, categories) -> fill(holds, range, start, end, categories));
      long[] registered = scan(process, range, Categories.WPALLOWED);
      long[] written = scan(process, range, Categories.WRITTEN);
      for (int i = 0; i < holds.length; i++) {
        long vpn = range.startVpn() + i;
        int at = Vma.firstEndingAfter(maps, vpn);
        boolean mapped = at < maps.size() && maps.get(at).holds(vpn);
        pages.put(vpn, new Page(mapped, holds[i], registered[i] != 0, written[i] != 0));
      }
    }
  }

  private static void fill(long[] masks, PageRange range, long start, long end, long categories) {
    for (long vpn = start; vpn < end; vpn++) {
      masks[(int) (vpn - range.startVpn())] = categories;
    }
  }

  private static long[] scan(TrackedProcess process, PageRange range, long category) {
    long[] scanned = new long[Math.toIntExact(range.pages())];
    PageRegionBuffer found = new PageRegionBuffer(512);
    ScanRequest request = ScanRequest.of(range.startVpn(), range.endVpn(), category);
    long end = request.endAddress();
    for (long at = request.startAddress(); at < end; ) {
      at = process.scan(request.from(at), found);
      for (int i = 0; i < found.size(); i++) {
        fill(scanned, range, found.startVpn(i), found.endVpn(i), found.categories(i));
      }
    }
    return scanned;
  }

  /** {@return a page that was looked at} */
  Page page(long vpn) {
    return Objects.requireNonNull(pages.get(vpn));
  }

  /** {@return the numbers of all pages that were looked at, ascending} */
  Iterable<Long> vpns() {
    return pages.keySet();
  }
}
