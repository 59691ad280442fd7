package io.github.dirtyrange.kernel.sim.mm;

import io.github.dirtyrange.kernel.Errno;
import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.sim.machine.Quirk;

/** MADV_COLLAPSE: makes huge pages of small ones, {@code mm/khugepaged.c}. */
final class Collapse {

  private static final long WRITTEN =
      Pte.ACCESSED | Pte.DIRTY | Pte.EXCLUSIVE | Pte.WRITE | Pte.HUGE;

  private Collapse() {}

  /** Collapses every whole 2 MiB of a range; throws EINVAL where one cannot be. */
  static void collapse(AddressSpace mm, long startVpn, long endVpn) {
    long first = (startVpn + Pages.PER_TABLE - 1) & -Pages.PER_TABLE;
    for (long vpn = first; vpn + Pages.PER_TABLE <= endVpn; vpn += Pages.PER_TABLE) {
      VmArea area = mm.areas().find(vpn);
      long[] table = mm.pages().table(vpn);
      if (mm.pages().huge(vpn) == Pte.NONE) {
        if (area == null || table == null || !isCollapsible(mm, area, table)) {
          throw new KernelException(Errno.EINVAL, "madvise COLLAPSE");
        }
        collapse(mm, area, vpn, table);
      }
    }
  }

  private static boolean isCollapsible(AddressSpace mm, VmArea area, long[] table) {
    boolean writable = !mm.profile().has(Quirk.COLLAPSE_NEEDS_WRITABLE);
    boolean populated = false;
    for (int i = 0; i < Pages.PER_TABLE; i++) {
      long entry = table[i];
      if (Pte.isWriteProtected(entry) || (entry != Pte.NONE && !Pte.isPresent(entry))) {
        return false;
      }
      writable |= (entry & Pte.WRITE) != 0;
      populated |= entry != Pte.NONE;
    }
    return writable && populated && area.file() == null;
  }

  /** Everything reads written afterwards, holes included: {@code pmd_mkdirty}. */
  private static void collapse(AddressSpace mm, VmArea area, long vpn, long[] table) {
    Frames frames = mm.frames();
    long huge = frames.allocateHuge();
    long[] old = table.clone();
    for (int i = 0; i < Pages.PER_TABLE; i++) {
      if (old[i] != Pte.NONE) {
        frames.setStamp(huge + i, frames.stamp(Pte.frame(old[i])));
      }
    }
    mm.pages().collapse(area, vpn, table, Pte.of(huge, WRITTEN | mm.softDirtyBit()));
    for (int i = 0; i < Pages.PER_TABLE; i++) {
      if ((old[i] & (Pte.PRESENT | Pte.SPECIAL)) == Pte.PRESENT) {
        frames.unmap(Pte.frame(old[i]));
      }
    }
  }
}
