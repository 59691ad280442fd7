package io.github.dirtyrange.kernel.sim.mm;

import static io.github.dirtyrange.kernel.KernelException.refuseIf;

import io.github.dirtyrange.kernel.Errno;
import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.sim.mm.pgtable.PageTable;

/**
 * Mappings of the pool of huge pages, MAP_HUGETLB: {@code mm/hugetlb.c}. Each is of a file of its
 * own, cannot be cut inside a huge page, and never merges. How large the pool is, is not simulated.
 */
final class HugeTlb {

  private static final long BLOCK = Pages.PER_TABLE;

  private HugeTlb() {}

  /** {@return whether a page lies in memory of the pool} */
  static boolean holds(AddressSpace mm, long vpn) {
    VmArea area = mm.areas().find(vpn);
    return area != null && area.has(VmFlags.HUGETLB);
  }

  /**
   * Throws {@link KernelException} with EINVAL where a border would cut a huge page of the pool:
   * {@code hugetlb_vm_op_split}.
   */
  static void checkBorder(AddressSpace mm, long vpn) {
    if (PageTable.index(vpn) != 0 && holds(mm, vpn)) {
      throw new KernelException(
          Errno.EINVAL, String.format("%x is inside a huge page", Pages.address(vpn)));
    }
  }

  /**
   * MADV_DONTNEED, which spares a huge page that the range does not reach the end of: {@code
   * madvise_dontneed_free_valid_vma}.
   *
   * @return the page after the last that goes
   * @throws KernelException EINVAL where the range begins inside a huge page
   */
  static long dontNeedEnd(long startVpn, long endVpn) {
    refuseIf(PageTable.index(startVpn) != 0, Errno.EINVAL, "madvise DONTNEED");
    return endVpn & -BLOCK;
  }

  /** {@return as many pages, or more, that are whole huge pages if the mapping is of such} */
  static long aligned(VmArea area, long pages) {
    return area.has(VmFlags.HUGETLB) ? (pages + BLOCK - 1) & -BLOCK : pages;
  }

  /**
   * Throws {@link KernelException} with EINVAL where mremap would cut huge pages or need more of
   * them: {@code align_hugetlb}, {@code mm/mremap.c}.
   */
  static void checkMove(VmArea area, MoveRequest request) {
    if (area.has(VmFlags.HUGETLB)) {
      boolean whole =
          PageTable.index(request.start()) == 0 && request.newAddress() % Pages.address(BLOCK) == 0;
      MoveRequest aligned = request.aligned(area);
      refuseIf(!whole || aligned.newPages() > aligned.oldPages(), Errno.EINVAL, Mremap.CALL);
    }
  }

  /** Punches a hole into a file of the pool: {@code hugetlbfs_punch_hole}. */
  static void punchHole(AddressSpace mm, PageCache file, long startPage, long endPage) {
    long first = (startPage + BLOCK - 1) & -BLOCK;
    long last = endPage & -BLOCK;
    FileChange.emptied(file, startPage & -BLOCK, endPage);
    zero(mm, file, startPage, Math.min(first, endPage));
    if (first < last) {
      Truncation.unmap(file, first, last, Zap::punchHole);
      for (long page = first; page < last; page += BLOCK) {
        file.discardHuge(page);
      }
    }
    if (last >= first) {
      zero(mm, file, last, endPage);
    }
  }

  /** {@code hugetlbfs_zero_partial_page}. */
  private static void zero(AddressSpace mm, PageCache file, long startPage, long endPage) {
    for (long page = startPage; page < endPage; page++) {
      long frame = file.cachedFrame(page & -BLOCK);
      if (frame != 0) {
        mm.frames().setStamp(frame + PageTable.index(page), 0);
      }
    }
  }
}
