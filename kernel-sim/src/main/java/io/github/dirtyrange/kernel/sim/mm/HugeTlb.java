package io.github.dirtyrange.kernel.sim.mm;

import io.github.dirtyrange.kernel.Errno;
import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.sim.machine.Operation;

/**
 * Private memory of the pool of huge pages, MAP_HUGETLB: {@code mm/hugetlb.c}. It is huge from the
 * first touch to the end, and clear_refs passes it by. How large the pool is, is not simulated.
 */
final class HugeTlb {

  private static final long WRITTEN = Pte.ACCESSED | Pte.DIRTY | Pte.EXCLUSIVE | Pte.WRITE;

  private HugeTlb() {}

  /**
   * Throws {@link KernelException} with EINVAL where a border would cut a huge page of the pool:
   * {@code hugetlb_vm_op_split}.
   */
  static void checkBorder(AddressSpace mm, long vpn) {
    VmArea area = mm.areas().find(vpn);
    boolean cuts = PageTable.index(vpn) != 0;
    if (cuts && area != null && area.has(VmFlags.HUGETLB)) {
      throw new KernelException(
          Errno.EINVAL, String.format("%x is inside a huge page", Pages.address(vpn)));
    }
  }

  /** {@code hugetlb_fault}: a page, zeroed, even for a load; a store may have to copy one. */
  static void fault(AddressSpace mm, VmArea area, long vpn, boolean write) {
    mm.clock().charge(write ? Operation.WRITE_FAULT : Operation.READ_FAULT);
    long entry = mm.pages().huge(vpn);
    long written = write ? WRITTEN | mm.softDirtyBit() : 0;
    if (entry == Pte.NONE) {
      mm.prepareAnonymous(area);
      long bits = Pte.HUGE | Pte.ACCESSED | Pte.EXCLUSIVE | written;
      mm.pages().setHuge(area, vpn, Pte.of(mm.frames().allocateHuge(), bits), Cause.FAULT);
    } else if (mm.frames().mapCount(Pte.frame(entry)) == 1) {
      mm.pages().setHuge(area, vpn, entry | written, Cause.FAULT);
    } else {
      copy(mm, area, vpn, entry);
    }
  }

  /** {@code hugetlb_wp}. */
  private static void copy(AddressSpace mm, VmArea area, long vpn, long entry) {
    Frames frames = mm.frames();
    long old = Pte.frame(entry);
    long fresh = frames.allocateHuge();
    for (int i = 0; i < Pages.PER_TABLE; i++) {
      frames.setStamp(fresh + i, frames.stamp(old + i));
    }
    long after = Pte.of(fresh, Pte.HUGE | WRITTEN | mm.softDirtyBit());
    mm.pages().setHuge(area, vpn, after, Cause.FAULT);
    frames.unmapHuge(old);
  }
}
