package io.github.dirtyrange.kernel.sim.mm;

import io.github.dirtyrange.kernel.ChangeCause;
import io.github.dirtyrange.kernel.Cost;
import io.github.dirtyrange.kernel.sim.machine.Quirk;
import io.github.dirtyrange.kernel.sim.mm.pgtable.Pte;
import io.github.dirtyrange.kernel.sim.mm.pgtable.PteTable;
import io.github.dirtyrange.kernel.sim.mm.pgtable.TableVisitor;

/** An access to a page that is in swap: {@code do_swap_page}, {@code mm/memory.c}. */
final class SwapFault {

  private SwapFault() {}

  /**
   * Brings the page back. A store that may not yet go ahead, since the page is shared, tracked or
   * protected, faults once more.
   */
  static void handle(AddressSpace mm, VmArea area, long vpn, PteTable table, boolean write) {
    mm.clock().charge(Cost.SWAP_IN_PAGE);
    mm.prepareAnonymous(area);
    long swapped = table.entry(vpn);
    long entry = bringIn(mm, area, swapped, write) | Pte.ACCESSED;
    mm.pages().set(area, vpn, table, entry | granted(mm, area, entry, write), ChangeCause.SWAP_IN);
  }

  /** The bits that let the process store, where it may store without another fault. */
  private static long granted(AddressSpace mm, VmArea area, long entry, boolean write) {
    if ((entry & Pte.EXCLUSIVE) == 0 || !area.has(VmFlags.WRITE) || Pte.isWriteProtected(entry)) {
      return 0;
    }
    long written = Pte.WRITE | Pte.DIRTY | mm.softDirtyBit();
    if (mm.profile().has(Quirk.SWAP_IN_READS_READ_ONLY)) {
      return write ? written : 0;
    }
    return mm.needsSoftDirtyFault(area, entry) ? 0 : Pte.WRITE | (write ? written : 0);
  }

  /** Brings every page of an address space back, as swapoff does: {@code unuse_mm}. */
  static void bringAllIn(AddressSpace mm) {
    mm.areas()
        .forEachIn(
            0,
            AddressSpace.END_VPN,
            (area, from, to) -> mm.pages().walk(from, to, new Unusing(mm, area)));
  }

  /** {@return an entry for what a swap entry referred to, as its mapping's protection has it} */
  private static long bringIn(AddressSpace mm, VmArea area, long swapped, boolean write) {
    Frames frames = mm.frames();
    SwapSpace swap = frames.swap();
    long slot = Pte.slot(swapped);
    long cached = swap.cachedFrame(slot);
    boolean alone = swap.users(slot) == 1;
    boolean exclusive = (swapped & Pte.SWAP_EXCLUSIVE) != 0;
    long frame;
    if (cached != 0) {
      frames.map(cached);
      frame = cached;
    } else {
      frame = frames.allocate();
      frames.setStamp(frame, swap.stamp(slot));
      frames.memoryIds().fromSlot(slot, frame);
      exclusive |= alone;
      if (!alone) {
        swap.cache(slot, frame);
      }
    }
    swap.drop(slot);
    frames.marks().setDirty(frame, true);
    boolean reusable = write && alone && frames.mapCount(frame) == 1;
    long owned = exclusive || reusable ? Pte.EXCLUSIVE : 0;
    return Pte.swappedIn(swapped, frame) | NewEntry.protection(mm, area) | owned;
  }

  private record Unusing(AddressSpace mm, VmArea area) implements TableVisitor {

    @Override
    public boolean entries(long vpn, PteTable table, int from, int to) {
      for (int i = from; i < to; i++) {
        if (Pte.isSwap(table.get(i))) {
          long entry = bringIn(mm, area, table.get(i), false);
          mm.pages().set(area, vpn + i - from, table, entry, ChangeCause.SWAP_IN);
        }
      }
      return true;
    }
  }
}
