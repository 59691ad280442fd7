package io.github.dirtyrange.linux.mm;

import io.github.dirtyrange.kernel.Categories;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.linux.mm.MappedParts.Part;
import java.util.ArrayList;
import java.util.List;

/**
 * Finds what is not registered for write-protection, by a scan for what does not have WPALLOWED: it
 * passes over a registered mapping whole ({@code pagemap_scan_test_walk}, fs/proc/task_mmu.c).
 */
final class UnregisteredParts {

  private static final int MOST_REGIONS = 4096;

  private final PagemapScanIoctl scan;

  /** Looks at the memory whose pagemap this is. */
  UnregisteredParts(ProcPagemap pagemap) {
    scan = new PagemapScanIoctl(pagemap);
    scan.match(Categories.WPALLOWED, Categories.WPALLOWED, 0, Categories.WPALLOWED);
  }

  /** {@return whether the page at an address is mapped and not registered} */
  boolean has(long address) {
    return scan.call(0, address, address + Pages.SIZE, 0, 1) != 0;
  }

  /** {@return the parts of runs that are not registered, in ascending order} */
  List<Part> among(List<List<Part>> runs) {
    List<Part> found = new ArrayList<>();
    for (List<Part> run : runs) {
      addFound(run, found);
    }
    return found;
  }

  private void addFound(List<Part> run, List<Part> list) {
    long end = Pages.address(run.get(run.size() - 1).endVpn());
    int next = 0;
    for (long at = Pages.address(run.get(0).startVpn()); at < end; at = scan.walkEnd()) {
      int found = scan.call(0, at, end, 0, MOST_REGIONS);
      for (int i = 0; i < found; i++) {
        while (next < run.size() && run.get(next).endVpn() <= scan.startVpn(i)) {
          next++;
        }
        while (next < run.size() && run.get(next).startVpn() < scan.endVpn(i)) {
          list.add(run.get(next++));
        }
      }
    }
  }
}
