package io.github.dirtyrange.kernel.sim.mm;

import io.github.dirtyrange.kernel.ChangeCause;
import io.github.dirtyrange.kernel.Cost;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.sim.machine.Quirk;
import io.github.dirtyrange.kernel.sim.mm.pgtable.Pte;
import io.github.dirtyrange.kernel.sim.mm.pgtable.PteTable;

/** Transparent huge pages of anonymous memory: {@code mm/huge_memory.c}. */
final class HugePages {

  private static final long ZERO = Pte.ACCESSED | Pte.SPECIAL | Pte.HUGE;

  private HugePages() {}

  /** {@return whether a fault on an untouched page may map a huge page} */
  static boolean suits(AddressSpace mm, VmArea area, long vpn) {
    long first = Pages.blockStart(vpn);
    boolean unasked = mm.profile().has(Quirk.HUGE_PAGES_UNASKED) && !area.has(VmFlags.NOHUGEPAGE);
    return (unasked || area.has(VmFlags.HUGEPAGE))
        && area.file() == null
        && area.contains(first)
        && area.contains(first + Pages.PER_TABLE - 1);
  }

  /** Maps a huge page for a store, the huge zero page for a load. */
  static void firstTouch(AddressSpace mm, VmArea area, long vpn, boolean write) {
    boolean own = write || mm.profile().has(Quirk.NO_ZERO_PAGE);
    mm.clock().charge(own ? Cost.WRITE_FAULT : Cost.READ_FAULT);
    mm.prepareAnonymous(area);
    long entry = own ? ownPage(mm, area) : NewEntry.of(mm, area, Frames.HUGE_ZERO, ZERO);
    mm.pages().setHuge(area, vpn, entry, ChangeCause.FAULT);
  }

  private static long ownPage(AddressSpace mm, VmArea area) {
    mm.prepareAnonymous(area);
    long frame = mm.frames().allocateHuge();
    return NewEntry.written(mm, area, NewEntry.of(mm, area, frame, Pte.EXCLUSIVE | Pte.HUGE));
  }

  /**
   * A store to a huge page that is mapped read-only, {@code do_huge_pmd_wp_page}: the page is
   * reused where no other process can reach it; else it is split, and the fault begins again.
   */
  static void writeProtectFault(AddressSpace mm, VmArea area, long vpn) {
    mm.clock().charge(Cost.ARMED_WRITE_FAULT);
    long entry = mm.pages().huge(vpn);
    if (Pte.isWriteProtected(entry)) {
      resolveProtected(mm, area, vpn);
    } else if ((entry & Pte.SPECIAL) != 0) {
      writeToZeroPage(mm, area, vpn);
    } else if ((entry & Pte.EXCLUSIVE) != 0 || isMappedHereAlone(mm, entry)) {
      long owned = NewEntry.written(mm, area, entry | Pte.EXCLUSIVE);
      mm.pages().setHuge(area, vpn, owned, ChangeCause.FAULT);
    } else {
      split(mm, vpn);
    }
  }

  /** No other process maps any part, in whatever place: the folio has one reference. */
  private static boolean isMappedHereAlone(AddressSpace mm, long entry) {
    long first = Pte.frame(entry);
    for (int i = 0; i < Pages.PER_TABLE; i++) {
      if (mm.frames().mapCount(first + i) != 1) {
        return false;
      }
    }
    return true;
  }

  private static void resolveProtected(AddressSpace mm, VmArea area, long vpn) {
    if (area.has(VmFlags.UFFD_WP_ASYNC)) {
      split(mm, vpn);
    } else {
      mm.faults().tellReader(vpn, true, true);
    }
  }

  private static void writeToZeroPage(AddressSpace mm, VmArea area, long vpn) {
    if (mm.profile().has(Quirk.HUGE_ZERO_PAGE_SPLITS_ON_WRITE)) {
      split(mm, vpn);
    } else {
      mm.pages().setHuge(area, vpn, ownPage(mm, area), ChangeCause.COPY_ON_WRITE);
    }
  }

  /** Makes a huge page 512 pages: {@code __split_huge_pmd_locked}. */
  static void split(AddressSpace mm, long vpn) {
    VmArea area = mm.areas().find(vpn);
    long huge = mm.pages().huge(vpn);
    if (area == null || huge == Pte.NONE) {
      throw new IllegalStateException("no huge page to split");
    }
    long[] entries = new long[Pages.PER_TABLE];
    for (int i = 0; i < entries.length; i++) {
      entries[i] = part(mm, area, huge, i);
    }
    mm.pages().split(area, vpn, entries);
  }

  /**
   * Splits the page itself and not only its mapping: parts that hold zeros alone are given back,
   * and the zero page mapped instead ({@code try_to_map_unused_to_zeropage}, Linux 6.13). The huge
   * zero page is nobody's, and has its mapping split alone.
   *
   * @return whether that was possible: not where a device may write a part ({@code
   *     can_split_folio})
   */
  static boolean splitForGood(AddressSpace mm, long vpn) {
    long huge = mm.pages().huge(vpn);
    if (mm.frames().isAnyPinned(Pte.frame(huge))) {
      return false;
    }
    split(mm, vpn);
    VmArea area = mm.areas().find(vpn);
    PteTable table = mm.pages().table(vpn);
    if (area != null && table != null && mayGiveZerosBack(mm, area, huge)) {
      giveZerosBack(mm, area, Pages.blockStart(vpn), table);
    }
    return true;
  }

  private static boolean mayGiveZerosBack(AddressSpace mm, VmArea area, long huge) {
    return !area.has(VmFlags.LOCKED)
        && (huge & Pte.SPECIAL) == 0
        && !mm.profile().has(Quirk.NO_ZERO_PAGE);
  }

  private static void giveZerosBack(AddressSpace mm, VmArea area, long first, PteTable table) {
    Frames frames = mm.frames();
    for (int i = 0; i < Pages.PER_TABLE; i++) {
      long entry = table.get(i);
      if (frames.stamp(Pte.frame(entry)) == 0) {
        long kept = entry & (Pte.UFFD_WP | Pte.SOFT_DIRTY);
        long zero = NewEntry.ofZeroPage(mm, area) | kept;
        mm.pages().set(area, first + i, table, zero, ChangeCause.SPLIT);
        frames.unmap(Pte.frame(entry));
      }
    }
  }

  private static long part(AddressSpace mm, VmArea area, long huge, int index) {
    if ((huge & Pte.SPECIAL) != 0) {
      return NewEntry.ofZeroPage(mm, area) | (huge & Pte.UFFD_WP);
    }
    boolean spreads = mm.profile().has(Quirk.SPLIT_SPREADS_DIRTY) && (huge & Pte.DIRTY) != 0;
    return Pte.partOfHuge(huge, index) | (spreads ? mm.softDirtyBit() : 0);
  }
}
