package io.github.dirtyrange.kernel.sim.mm;

import io.github.dirtyrange.kernel.Categories;
import io.github.dirtyrange.kernel.ChangeCause;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.sim.machine.Quirk;
import io.github.dirtyrange.kernel.sim.mm.pgtable.Pte;
import java.util.List;

/**
 * Tells whoever maps a file what a system call changes in it: of what its pages hold, no page table
 * shows anything. Linux tells nobody, and PAGEMAP_SCAN calls none of it WRITTEN; a change queue
 * would need this walk, {@code rmap_walk_file}, where the page cache is written.
 *
 * <p>A page counts as written, by soft-dirty and WRITTEN, whichever its mapping is armed by. A
 * private copy does not change with the file.
 */
final class FileChange {

  private FileChange() {}

  /** Tells that pages which hold something, from one to before another, will hold zeros. */
  static void emptied(PageCache file, long startPage, long endPage) {
    for (long page : file.heldFrom(startPage)) {
      if (page < endPage) {
        tell(file, page, ChangeCause.ZAP);
      }
    }
  }

  /** Tells that a page was written. */
  static void written(PageCache file, long page) {
    tell(file, page, ChangeCause.FILE_WRITE);
  }

  private static void tell(PageCache file, long page, ChangeCause cause) {
    for (AddressSpace mm : List.copyOf(file.mappers())) {
      for (int i = 0; i < mm.areas().size(); i++) {
        VmArea area = mm.areas().get(i);
        long first = area.pageOffset(area.startVpn());
        if (area.file() == file && page >= first && page < area.pageOffset(area.endVpn())) {
          tell(mm, area, area.startVpn() + page - first, cause);
        }
      }
    }
  }

  private static void tell(AddressSpace mm, VmArea area, long vpn, ChangeCause cause) {
    boolean untold = mm.profile().has(Quirk.FILE_CHANGES_UNTOLD);
    if (!untold && !Pte.isPrivateCopy(mm.pages().entryOf(vpn))) {
      boolean registered = area.has(VmFlags.UFFD_WP_ASYNC);
      boolean softDirty = !registered || !mm.profile().has(Quirk.NO_SOFT_DIRTY);
      long categories =
          (registered ? Categories.WRITTEN : 0) | (softDirty ? Categories.SOFT_DIRTY : 0);
      mm.pages().sink().changed(vpn, vpn + pagesBehind(area), categories, cause);
    }
  }

  /** A page of the pool is kept as a whole. */
  private static int pagesBehind(VmArea area) {
    return area.has(VmFlags.HUGETLB) ? Pages.PER_TABLE : 1;
  }
}
