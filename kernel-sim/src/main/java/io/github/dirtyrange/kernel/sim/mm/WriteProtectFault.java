package io.github.dirtyrange.kernel.sim.mm;

import io.github.dirtyrange.kernel.ChangeCause;
import io.github.dirtyrange.kernel.Cost;
import io.github.dirtyrange.kernel.sim.mm.pgtable.Pte;
import io.github.dirtyrange.kernel.sim.mm.pgtable.PteTable;

/** A store to a page that is mapped read-only: {@code do_wp_page}, {@code mm/memory.c}. */
final class WriteProtectFault {

  private WriteProtectFault() {}

  /**
   * Lifts userfaultfd's protection from the page, and makes it writable: the same page where it is
   * shared on purpose or no other process can reach it, a copy otherwise.
   */
  static void handle(AddressSpace mm, VmArea area, long vpn, PteTable table) {
    mm.clock().charge(Cost.ARMED_WRITE_FAULT);
    long entry = table.entry(vpn);
    boolean registered = area.has(VmFlags.UFFD_WP);
    if (Pte.isWriteProtected(entry) && registered && !area.has(VmFlags.UFFD_WP_ASYNC)) {
      mm.faults().tellReader(vpn, true, true);
      return;
    }
    if (isReusable(mm, area, entry)) {
      mm.pages().set(area, vpn, table, reuse(mm, area, entry), ChangeCause.FAULT);
    } else {
      mm.pages().set(area, vpn, table, copy(mm, area, entry), ChangeCause.COPY_ON_WRITE);
    }
  }

  private static boolean isReusable(AddressSpace mm, VmArea area, long entry) {
    if (area.has(VmFlags.SHARED)) {
      return true;
    }
    if ((entry & (Pte.SPECIAL | Pte.FILE)) != 0) {
      return false;
    }
    return (entry & Pte.EXCLUSIVE) != 0 || isMappedAlone(mm.frames(), Pte.frame(entry));
  }

  private static boolean isMappedAlone(Frames frames, long frame) {
    boolean alone = frames.mapCount(frame) == 1 && frames.swap().slotOf(frame) == 0;
    return alone && !frames.marks().isMerged(frame);
  }

  /** {@code wp_page_reuse}. A bit left behind by a registration that has gone is no protection. */
  private static long reuse(AddressSpace mm, VmArea area, long entry) {
    long owned = area.has(VmFlags.SHARED) ? 0 : Pte.EXCLUSIVE;
    long unprotected = area.has(VmFlags.UFFD_WP) ? entry & ~Pte.UFFD_WP : entry;
    return NewEntry.written(mm, area, unprotected | owned);
  }

  /** {@code wp_page_copy}. */
  private static long copy(AddressSpace mm, VmArea area, long entry) {
    long copied = AnonymousFault.ownCopy(mm, area, Pte.frame(entry));
    if ((entry & Pte.SPECIAL) == 0) {
      mm.frames().unmap(Pte.frame(entry));
    }
    return copied;
  }
}
