package io.github.dirtyrange.linux.mm;

import io.github.dirtyrange.kernel.Categories;
import io.github.dirtyrange.kernel.Errno;
import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.kernel.PageRange;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.ScanRequest;
import io.github.dirtyrange.kernel.TrackedRanges;
import io.github.dirtyrange.kernel.Vma;
import io.github.dirtyrange.linux.mm.MappedParts.Part;
import java.util.List;

/**
 * Arms every page of what is registered, touched or not, by PAGEMAP_SCAN with WP_MATCHING, which
 * passes over what is not registered.
 *
 * <p>Memory that nobody may touch (PROT_NONE: what a heap has reserved) is left as it is where it
 * is a page table's worth or more: arming it would build page tables, 2 MiB a GiB. Its first touch,
 * later, is a fault like another.
 */
public final class WriteProtection {

  private final PagemapScanIoctl scan;

  /** Arms the memory whose pagemap this is. */
  public WriteProtection(ProcPagemap pagemap) {
    scan = new PagemapScanIoctl(pagemap);
  }

  /**
   * {@return whether a page of the ranges is registered, touched or not} Passes over what is not
   * registered a mapping at a time ({@code pagemap_scan_test_walk}).
   */
  public boolean isRegistered(TrackedRanges ranges) {
    scan.match(0, Categories.WPALLOWED, 0, Categories.WPALLOWED);
    for (PageRange range : ranges.toList()) {
      if (scan.call(0, Pages.address(range.startVpn()), Pages.address(range.endVpn()), 1, 1) > 0) {
        return true;
      }
    }
    return false;
  }

  /**
   * Arms what is mapped in the ranges.
   *
   * @throws KernelException EINVAL if a range ends inside a registered page of hugetlbfs that is
   *     not armed yet: the kernel arms it whole or not at all ({@code pagemap_scan_hugetlb_entry})
   */
  public void arm(List<Vma> mappings, TrackedRanges ranges) {
    arm(MappedParts.of(mappings, ranges));
  }

  /** {@return what {@link #arm} leaves as it is in the ranges, since nobody may touch it} */
  public static List<PageRange> leftUnarmed(List<Vma> mappings, TrackedRanges ranges) {
    return MappedParts.cover(
        MappedParts.of(mappings, ranges).stream().filter(part -> !isArmed(part)).toList());
  }

  /** Arms parts of mappings, a slice at a time. */
  void arm(List<Part> parts) {
    scan.match(0, 0, 0, 0);
    for (List<Part> run : MappedParts.runs(parts, WriteProtection::isArmed)) {
      long at = Pages.address(run.get(0).startVpn());
      for (PageRange slice : MappedParts.slices(run)) {
        at = arm(at, Pages.address(slice.endVpn()));
      }
      KernelException.refuseIf(
          at < Pages.address(run.get(run.size() - 1).endVpn()),
          Errno.EINVAL,
          "arming a range that ends inside a hugetlbfs page");
    }
  }

  /** {@return where to go on: a page of hugetlbfs that a slice cuts is armed with the next} */
  private long arm(long startAddress, long endAddress) {
    scan.call(ScanRequest.WP_MATCHING, startAddress, endAddress, 0, 0);
    return scan.walkEnd();
  }

  /** A little that nobody may touch, the guard page of a stack, is armed with what is beside it. */
  static boolean isArmed(Part part) {
    return isTouchable(part.vma()) || part.endVpn() - part.startVpn() < Pages.PER_TABLE;
  }

  /** {@return whether the process may touch a mapping at all} */
  static boolean isTouchable(Vma vma) {
    return vma.readable() || vma.writable() || vma.executable();
  }
}
