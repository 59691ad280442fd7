package io.github.dirtyrange.kernel.sim.mm;

import io.github.dirtyrange.kernel.ChangeCause;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.sim.machine.Quirk;
import io.github.dirtyrange.kernel.sim.mm.pgtable.EntryEdit;
import io.github.dirtyrange.kernel.sim.mm.pgtable.PageTable;
import io.github.dirtyrange.kernel.sim.mm.pgtable.Pte;
import io.github.dirtyrange.kernel.sim.mm.pgtable.PteTable;

/**
 * Moves pages from one address to another: {@code move_page_tables}, {@code mm/mremap.c}. Entries
 * moved one by one, and huge pages, become soft-dirty. A page table that lies whole at both places
 * is moved by its pointer, and on Linux its entries stay as they are.
 */
final class PageMover {

  private static final long BLOCK = Pages.PER_TABLE;

  private final AddressSpace mm;
  private final VmArea from;
  private final VmArea to;

  /** Whether userfaultfd loses the pages, and with them its protection. */
  private final boolean dropped;

  private final long[] entries = new long[512];

  PageMover(AddressSpace mm, VmArea from, VmArea to, boolean dropped) {
    this.mm = mm;
    this.from = from;
    this.to = to;
    this.dropped = dropped;
  }

  void move(long oldStart, long newStart, long pages) {
    if (((oldStart ^ newStart) & (BLOCK - 1)) != 0) {
      splitHugePages(oldStart, oldStart + pages);
    }
    mm.pages().sink().moved(oldStart, newStart, pages);
    long oldVpn = oldStart;
    long newVpn = newStart;
    long back = realigned(oldStart, newStart, pages);
    long end = oldStart + pages;
    for (oldVpn -= back, newVpn -= back; oldVpn < end; ) {
      long extent = Math.min(end - oldVpn, Math.min(untilBlockEnd(oldVpn), untilBlockEnd(newVpn)));
      moveExtent(oldVpn, newVpn, extent);
      oldVpn += extent;
      newVpn += extent;
    }
  }

  /**
   * Splits all that cannot move as huge pages, before what is pending of them is carried along: the
   * split is pending of the pages, wherever they go (law L9).
   */
  private void splitHugePages(long startVpn, long endVpn) {
    for (long vpn = startVpn; vpn < endVpn; vpn += untilBlockEnd(vpn)) {
      if (mm.pages().huge(vpn) != Pte.NONE) {
        HugePages.split(mm, vpn);
      }
    }
  }

  private static long untilBlockEnd(long vpn) {
    return BLOCK - (vpn & (BLOCK - 1));
  }

  /** {@code try_realign_addr}: how far before both starts a whole page table may be moved. */
  private long realigned(long oldStart, long newStart, long pages) {
    long offset = oldStart & (BLOCK - 1);
    boolean useful = offset != 0 && offset == (newStart & (BLOCK - 1)) && pages >= BLOCK - offset;
    if (!useful || mm.profile().has(Quirk.MREMAP_DOES_NOT_REALIGN)) {
      return 0;
    }
    return isAloneBelow(from, oldStart, offset) && isAloneBelow(to, newStart, offset) ? offset : 0;
  }

  private boolean isAloneBelow(VmArea area, long start, long offset) {
    return area.startVpn() == start && mm.areas().isFree(start - offset, start);
  }

  private void moveExtent(long oldVpn, long newVpn, long extent) {
    PageTable pages = mm.pages();
    long huge = pages.huge(oldVpn);
    if (huge != Pte.NONE) {
      pages.setHuge(from, oldVpn, Pte.NONE, ChangeCause.MOVE);
      long moved = unprotected(huge);
      boolean pool = from.has(VmFlags.HUGETLB);
      pages.setHuge(to, newVpn, pool ? moved : softDirtied(moved), ChangeCause.MOVE);
      return;
    }
    PteTable source = pages.table(oldVpn);
    if (source == null) {
      return;
    }
    boolean whole = extent == BLOCK && !dropped && pages.table(newVpn) == null;
    moveEntries(source, oldVpn, newVpn, (int) extent, whole);
    if (whole) {
      pages.freeTableIfEmpty(oldVpn);
    }
  }

  private void moveEntries(PteTable source, long oldVpn, long newVpn, int count, boolean whole) {
    PageTable pages = mm.pages();
    int sourceIndex = PageTable.index(oldVpn);
    int targetIndex = PageTable.index(newVpn);
    for (int i = 0; i < count; i++) {
      long entry = source.get(sourceIndex + i);
      entries[targetIndex + i] = whole ? movedWhole(entry) : softDirtied(unprotected(entry));
    }
    pages.edit(
        from, oldVpn, source, sourceIndex, sourceIndex + count, EntryEdit.ZAP, ChangeCause.MOVE);
    pages.replace(
        to,
        newVpn,
        pages.makeTable(newVpn),
        targetIndex,
        targetIndex + count,
        entries,
        ChangeCause.MOVE);
  }

  /** {@code move_normal_pmd} moves the table unseen; right would be to look at its entries. */
  private long movedWhole(long entry) {
    return mm.profile().has(Quirk.TABLE_MOVE_KEEPS_SOFT_DIRTY) ? entry : softDirtied(entry);
  }

  private long unprotected(long entry) {
    return dropped ? EntryEdit.UNPROTECT.apply(entry) : entry;
  }

  /** {@code move_soft_dirty_pte}. */
  private long softDirtied(long entry) {
    if (entry == Pte.NONE
        || mm.softDirtyBit() == 0
        || mm.profile().has(Quirk.MREMAP_KEEPS_SOFT_DIRTY)) {
      return entry;
    }
    return entry | (Pte.isPresent(entry) ? Pte.SOFT_DIRTY : Pte.SWAP_SOFT_DIRTY);
  }
}
