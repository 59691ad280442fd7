package io.github.dirtyrange.linux.mm;

import io.github.dirtyrange.kernel.Categories;
import io.github.dirtyrange.kernel.PageRange;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.linux.mm.MappedParts.Part;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** Finds what others have registered of a process's memory that is being armed. */
final class RegisteredByOthers {

  private static final int MOST_REGIONS = 512;

  private final PagemapScanIoctl scan;
  private final Collection<PageRange> own;

  /**
   * Looks at the memory whose pagemap this is.
   *
   * @param own what the process had registered itself
   */
  RegisteredByOthers(ProcPagemap pagemap, Collection<PageRange> own) {
    this.own = own;
    scan = new PagemapScanIoctl(pagemap);
    scan.match(0, Categories.WPALLOWED, 0, Categories.WPALLOWED);
  }

  /**
   * {@return what the process had registered, what another userfaultfd has, and of what was refused
   * for other reasons that which is registered all the same: not by us} That takes a call for all
   * that touches, which passes over what is not registered a mapping at a time.
   */
  OthersMemory among(List<Part> parts, Refusals refusals) {
    List<PageRange> found = new ArrayList<>(own);
    List<Part> others = parts.stream().filter(part -> refusals.isOthers(part.vma())).toList();
    found.addAll(MappedParts.cover(others));
    List<Part> refused =
        parts.stream()
            .filter(part -> refusals.has(part.vma()) && !refusals.isOthers(part.vma()))
            .toList();
    MappedParts.cover(refused).forEach(range -> addRegistered(range, found));
    return OthersMemory.of(found);
  }

  private void addRegistered(PageRange range, List<PageRange> list) {
    long end = Pages.address(range.endVpn());
    for (long at = Pages.address(range.startVpn()); at < end; at = scan.walkEnd()) {
      int regions = scan.call(0, at, end, 0, MOST_REGIONS);
      for (int i = 0; i < regions; i++) {
        list.add(new PageRange(scan.startVpn(i), scan.endVpn(i)));
      }
    }
  }
}
