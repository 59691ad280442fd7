package io.github.dirtyrange.kernel.sim.mm;

import io.github.dirtyrange.kernel.sim.mm.pgtable.Pte;

/**
 * Makes present entries anew, each of a frame and of the mapping that it is for: {@code
 * mk_pte(page, vma->vm_page_prot)}. No entry allows more than its mapping does.
 */
final class NewEntry {

  private NewEntry() {}

  /** {@return an entry of a frame with these bits, and what its mapping allows without a fault} */
  static long of(AddressSpace mm, VmArea area, long frame, long bits) {
    return Pte.of(frame, bits | protection(mm, area));
  }

  /** {@return the entry of a page that was only read, or given back: the zero page} */
  static long ofZeroPage(AddressSpace mm, VmArea area) {
    return of(mm, area, Frames.ZERO, Pte.ACCESSED | Pte.SPECIAL);
  }

  /**
   * {@return the entry of a page that is being written, {@code maybe_mkwrite(pte_mkdirty())}} On
   * x86 that makes it soft-dirty too. It is not writable where its mapping is not: then another
   * process has forced the write.
   */
  static long written(AddressSpace mm, VmArea area, long entry) {
    long writable = area.has(VmFlags.WRITE) ? Pte.WRITE : 0;
    return entry | Pte.ACCESSED | Pte.DIRTY | mm.softDirtyBit() | writable;
  }

  /** {@code vm_page_prot}. Private memory is never writable at first: a store has to copy it. */
  static long protection(AddressSpace mm, VmArea area) {
    if ((area.flags() & VmFlags.ACCESS) == 0) {
      return Pte.NO_ACCESS;
    }
    boolean writable = area.has(VmFlags.SHARED | VmFlags.WRITE) && !mm.wantsWriteNotify(area);
    return writable ? Pte.WRITE : 0;
  }
}
