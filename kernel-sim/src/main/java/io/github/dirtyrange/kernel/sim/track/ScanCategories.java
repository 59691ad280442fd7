package io.github.dirtyrange.kernel.sim.track;

import io.github.dirtyrange.kernel.Categories;
import io.github.dirtyrange.kernel.ScanRequest;
import io.github.dirtyrange.kernel.sim.machine.Profile;
import io.github.dirtyrange.kernel.sim.machine.Quirk;
import io.github.dirtyrange.kernel.sim.mm.VmArea;
import io.github.dirtyrange.kernel.sim.mm.VmFlags;
import io.github.dirtyrange.kernel.sim.mm.pgtable.Pte;

/**
 * The categories that PAGEMAP_SCAN gives the pages of one mapping. Kernels agree on all but
 * WRITTEN, which had three meanings for memory that is untouched or not registered for
 * write-protection ({@code pagemap_page_category} and {@code pagemap_scan_pte_hole}, {@code
 * fs/proc/task_mmu.c}).
 */
final class ScanCategories {

  private static final long ALWAYS =
      Categories.FILE
          | Categories.PRESENT
          | Categories.SWAPPED
          | Categories.PFNZERO
          | Categories.HUGE
          | Categories.SOFT_DIRTY;

  private final long given;
  private final long fromEntry;
  private final long ofEmpty;
  private final long ofHole;

  ScanCategories(Profile profile, VmArea area, ScanRequest request) {
    boolean registered = area.has(VmFlags.UFFD_WP);
    given =
        (area.has(VmFlags.UFFD_WP_ASYNC) ? Categories.WPALLOWED : 0)
            | (area.has(VmFlags.SOFTDIRTY) ? Categories.SOFT_DIRTY : 0);
    boolean written = registered || profile.has(Quirk.WRITTEN_OUTSIDE_WRITE_PROTECT);
    fromEntry =
        ALWAYS
            | (profile.has(Quirk.NO_GUARD_CATEGORY) ? 0 : Categories.GUARD)
            | (written ? Categories.WRITTEN : 0);
    ofEmpty = given | (emptyIsWritten(profile, registered, request) ? Categories.WRITTEN : 0);
    boolean holeWritten = registered && !profile.has(Quirk.HOLE_NEVER_WRITTEN);
    ofHole = given | (holeWritten ? Categories.WRITTEN : 0);
  }

  private static boolean emptyIsWritten(Profile profile, boolean registered, ScanRequest request) {
    if (profile.has(Quirk.EMPTY_ENTRY_WRITTEN_ANYWHERE)) {
      return true;
    }
    if (profile.has(Quirk.EMPTY_ENTRY_WRITTEN_IF_ASKED_ALONE)) {
      return request.requiredMask() == Categories.WRITTEN
          && request.returnMask() == Categories.WRITTEN
          && (request.anyOfMask() | request.invertedMask()) == 0;
    }
    return registered;
  }

  long of(long entry) {
    return entry == Pte.NONE ? ofEmpty : given | (Pte.categories(entry) & fromEntry);
  }

  /** {@return the categories of a huge page of the pool} {@code pagemap_hugetlb_category}. */
  long ofPool(long entry) {
    long own = entry == Pte.NONE ? 0 : Pte.categories(entry) & fromEntry;
    return given | Categories.HUGE | own;
  }

  long ofHole() {
    return ofHole;
  }
}
