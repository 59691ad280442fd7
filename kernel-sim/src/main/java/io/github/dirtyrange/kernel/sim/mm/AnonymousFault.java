package io.github.dirtyrange.kernel.sim.mm;

import io.github.dirtyrange.kernel.ChangeCause;
import io.github.dirtyrange.kernel.Cost;
import io.github.dirtyrange.kernel.sim.machine.Quirk;
import io.github.dirtyrange.kernel.sim.mm.pgtable.Pte;
import io.github.dirtyrange.kernel.sim.mm.pgtable.PteTable;

/**
 * The first access to a page of anonymous memory: {@code do_anonymous_page}, {@code mm/memory.c}.
 */
final class AnonymousFault {

  private AnonymousFault() {}

  /**
   * Maps the zero page for a load, a page of its own for a store. Where a marker kept userfaultfd's
   * write-protection, the page is mapped with it, and a store then faults once more.
   */
  static void handle(AddressSpace mm, VmArea area, long vpn, PteTable table, boolean write) {
    boolean own = write || mm.profile().has(Quirk.NO_ZERO_PAGE);
    mm.clock().charge(own ? Cost.WRITE_FAULT : Cost.READ_FAULT);
    install(mm, area, vpn, table, own ? firstPage(mm, area, write) : NewEntry.ofZeroPage(mm, area));
  }

  /** Puts an entry where there was none, or a marker that tells what it inherits. */
  static void install(AddressSpace mm, VmArea area, long vpn, PteTable table, long entry) {
    install(mm, area, vpn, table, entry, ChangeCause.FAULT);
  }

  /** Puts an entry where there was none, as {@link #install}; a store's copy has another cause. */
  static void install(
      AddressSpace mm, VmArea area, long vpn, PteTable table, long entry, ChangeCause cause) {
    long marker = table.entry(vpn);
    boolean marked = area.has(VmFlags.UFFD_WP) && Pte.isWriteProtected(marker);
    long installed = marked ? (entry & ~Pte.WRITE) | Pte.UFFD_WP : entry;
    boolean forgets = mm.profile().has(Quirk.RECLAIM_FORGETS_SOFT_DIRTY);
    boolean written = !forgets && (marker & Pte.SWAP_SOFT_DIRTY) != 0;
    mm.pages().set(area, vpn, table, installed | (written ? Pte.SOFT_DIRTY : 0), cause);
  }

  /** A page that is only read is dirty, too, where a write would make no fault any more. */
  private static long firstPage(AddressSpace mm, VmArea area, boolean write) {
    return write || area.has(VmFlags.WRITE) ? ownPage(mm, area) : readPage(mm, area);
  }

  private static long readPage(AddressSpace mm, VmArea area) {
    mm.prepareAnonymous(area);
    return NewEntry.of(mm, area, mm.frames().allocate(), Pte.EXCLUSIVE | Pte.ACCESSED);
  }

  /** {@return the entry of a fresh page that has just been written} */
  static long ownPage(AddressSpace mm, VmArea area) {
    mm.prepareAnonymous(area);
    long entry = NewEntry.of(mm, area, mm.frames().allocate(), Pte.EXCLUSIVE);
    return NewEntry.written(mm, area, entry);
  }

  /** {@return the entry of a fresh page that holds what another frame holds} */
  static long ownCopy(AddressSpace mm, VmArea area, long frame) {
    long entry = ownPage(mm, area);
    mm.frames().setStamp(Pte.frame(entry), mm.frames().stamp(frame));
    return entry;
  }
}
