package io.github.dirtyrange.kernel.sim.mm;

import io.github.dirtyrange.kernel.Cost;
import io.github.dirtyrange.kernel.sim.machine.Quirk;
import io.github.dirtyrange.kernel.sim.mm.pgtable.Cause;
import io.github.dirtyrange.kernel.sim.mm.pgtable.PageTable;
import io.github.dirtyrange.kernel.sim.mm.pgtable.Pte;

/**
 * The first access to a page of anonymous memory: {@code do_anonymous_page}, {@code mm/memory.c}.
 */
final class AnonymousFault {

  /** The entry of a page that was only read. */
  static final long ZERO_PAGE = Pte.of(Frames.ZERO, Pte.ACCESSED | Pte.SPECIAL);

  private static final long WRITTEN = Pte.ACCESSED | Pte.DIRTY | Pte.EXCLUSIVE | Pte.WRITE;

  private AnonymousFault() {}

  /**
   * Maps the zero page for a load, a page of its own for a store. Where a marker kept userfaultfd's
   * write-protection, the page is mapped with it, and a store then faults once more.
   */
  static void handle(AddressSpace mm, VmArea area, long vpn, long[] table, boolean write) {
    mm.clock().charge(write ? Cost.WRITE_FAULT : Cost.READ_FAULT);
    install(mm, area, vpn, table, write ? ownPage(mm, area) : ZERO_PAGE);
  }

  /** Puts an entry where there was none, or a marker that tells what it inherits. */
  static void install(AddressSpace mm, VmArea area, long vpn, long[] table, long entry) {
    long marker = table[PageTable.index(vpn)];
    boolean marked = area.has(VmFlags.UFFD_WP) && Pte.isWriteProtected(marker);
    long installed = marked ? (entry & ~Pte.WRITE) | Pte.UFFD_WP : entry;
    boolean forgets = mm.profile().has(Quirk.RECLAIM_FORGETS_SOFT_DIRTY);
    boolean written = !forgets && (marker & Pte.SWAP_SOFT_DIRTY) != 0;
    mm.pages().set(area, vpn, table, installed | (written ? Pte.SOFT_DIRTY : 0), Cause.FAULT);
  }

  /** {@return the entry of a fresh page that has just been written; x86's pte_mkdirty sets both} */
  static long ownPage(AddressSpace mm, VmArea area) {
    mm.prepareAnonymous(area);
    return Pte.of(mm.frames().allocate(), WRITTEN | mm.softDirtyBit());
  }

  /** {@return the entry of a fresh page that holds what another frame holds} */
  static long ownCopy(AddressSpace mm, VmArea area, long frame) {
    long entry = ownPage(mm, area);
    mm.frames().setStamp(Pte.frame(entry), mm.frames().stamp(frame));
    return entry;
  }
}
