package io.github.dirtyrange.kernel.sim.mm;

import io.github.dirtyrange.kernel.sim.machine.Operation;

/**
 * The first access to a page of anonymous memory: {@code do_anonymous_page}, {@code mm/memory.c}.
 */
final class AnonymousFault {

  private static final long WRITTEN = Pte.ACCESSED | Pte.DIRTY | Pte.EXCLUSIVE;
  private static final long ZERO_PAGE = Pte.of(Frames.ZERO, Pte.ACCESSED | Pte.SPECIAL);

  private AnonymousFault() {}

  /**
   * Maps the zero page for a load, a page of its own for a store. Where a marker kept userfaultfd's
   * write-protection, the page is mapped with it, and a store then faults once more.
   */
  static void handle(AddressSpace mm, VmArea area, long vpn, long[] table, boolean write) {
    mm.clock().charge(write ? Operation.WRITE_FAULT : Operation.READ_FAULT);
    long entry = write ? ownPage(mm) : ZERO_PAGE;
    boolean marked = Pte.isWriteProtected(table[PageTable.index(vpn)]);
    long installed = marked ? (entry & ~Pte.WRITE) | Pte.UFFD_WP : entry;
    mm.pages().set(area, vpn, table, installed, Cause.FAULT);
  }

  /** {@return the entry of a fresh page that has just been written; x86's pte_mkdirty sets both} */
  static long ownPage(AddressSpace mm) {
    return Pte.of(mm.frames().allocate(), WRITTEN | Pte.WRITE | mm.softDirtyBit());
  }
}
