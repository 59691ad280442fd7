package io.github.dirtyrange.kernel.sim.mm;

import io.github.dirtyrange.kernel.sim.machine.Operation;

/** A store to a page that is mapped read-only: {@code do_wp_page}, {@code mm/memory.c}. */
final class WriteProtectFault {

  private WriteProtectFault() {}

  /**
   * Lifts userfaultfd's protection from the page, and makes it writable: the same page where no
   * other process can reach it, a copy otherwise.
   */
  static void handle(AddressSpace mm, VmArea area, long vpn, long[] table) {
    mm.clock().charge(Operation.ARMED_WRITE_FAULT);
    long entry = table[PageTable.index(vpn)];
    long after = isReusable(mm, entry) ? reuse(mm, entry) : copy(mm, entry);
    mm.pages().set(area, vpn, table, after, Cause.FAULT);
  }

  private static boolean isReusable(AddressSpace mm, long entry) {
    if ((entry & (Pte.SPECIAL | Pte.FILE)) != 0) {
      return false;
    }
    return (entry & Pte.EXCLUSIVE) != 0 || mm.frames().mapCount(Pte.frame(entry)) == 1;
  }

  /** {@code wp_page_reuse}. */
  private static long reuse(AddressSpace mm, long entry) {
    long written = Pte.WRITE | Pte.DIRTY | Pte.ACCESSED | Pte.EXCLUSIVE | mm.softDirtyBit();
    return (entry & ~Pte.UFFD_WP) | written;
  }

  /** {@code wp_page_copy}. */
  private static long copy(AddressSpace mm, long entry) {
    long copied = AnonymousFault.ownPage(mm);
    mm.frames().setStamp(Pte.frame(copied), mm.frames().stamp(Pte.frame(entry)));
    if ((entry & Pte.SPECIAL) == 0) {
      mm.frames().unmap(Pte.frame(entry));
    }
    return copied;
  }
}
