package io.github.dirtyrange.kernel.sim.track;

import io.github.dirtyrange.kernel.Cost;
import io.github.dirtyrange.kernel.PagemapEntry;
import io.github.dirtyrange.kernel.PagemapFormat;
import io.github.dirtyrange.kernel.sim.machine.Quirk;
import io.github.dirtyrange.kernel.sim.mm.AddressSpace;
import io.github.dirtyrange.kernel.sim.mm.Frames;
import io.github.dirtyrange.kernel.sim.mm.VmArea;
import io.github.dirtyrange.kernel.sim.mm.VmFlags;
import io.github.dirtyrange.kernel.sim.mm.pgtable.Pte;
import io.github.dirtyrange.kernel.sim.mm.pgtable.PteTable;
import io.github.dirtyrange.kernel.sim.mm.pgtable.TableVisitor;
import java.util.Arrays;

/** Reads of {@code /proc/PID/pagemap}: {@code pagemap_read}, {@code fs/proc/task_mmu.c}. */
public final class PagemapReader {

  /** Of the slot in an entry of a page in swap; the bits below are the number of the device. */
  private static final int SLOT_SHIFT = 5;

  private static final long MARKER_KIND = 31;

  private final AddressSpace mm;
  private final PagemapFormat format;
  private final boolean framesShown;

  /**
   * Opens the file.
   *
   * @param framesShown whether the reader may see frame numbers (CAP_SYS_ADMIN)
   */
  public PagemapReader(AddressSpace mm, PagemapFormat format, boolean framesShown) {
    this.mm = mm;
    this.format = format;
    this.framesShown = framesShown;
  }

  /**
   * Reads the entries of {@code count} pages into an array from index 0 on; unmapped pages read as
   * empty.
   *
   * @param softDirtyUsed whether anybody has written 4 to any clear_refs, which older formats show
   * @return how many entries were read, fewer only at the end of the address space
   */
  public int read(long startVpn, int count, long[] entries, boolean softDirtyUsed) {
    mm.clock().charge(Cost.PAGEMAP_CALL);
    int read = (int) Math.max(0, Math.min(count, AddressSpace.END_VPN - startVpn));
    long endVpn = startVpn + read;
    Arrays.fill(entries, 0, read, 0);
    mm.areas()
        .forEachIn(
            startVpn,
            endVpn,
            (area, from, to) -> mm.pages().walk(from, to, new Filler(startVpn, entries, area)));
    if (format != PagemapFormat.TODAY) {
      Arrays.setAll(entries, i -> i < read ? format.encode(entries[i], softDirtyUsed) : entries[i]);
    }
    mm.clock().charge(Cost.PAGEMAP_PAGE, read);
    return read;
  }

  private final class Filler implements TableVisitor {

    private final long origin;
    private final long[] target;
    private final long given;
    private final long presentMask;
    private final boolean zeroReadsFile;
    private final boolean firstDecides;

    /** Memory of the pool of huge pages: bit 55 is the mapping's alone. */
    private final boolean pool;

    Filler(long origin, long[] target, VmArea area) {
      this.origin = origin;
      this.target = target;
      given = area.has(VmFlags.SOFTDIRTY) ? PagemapEntry.SOFT_DIRTY : 0;
      presentMask = framesShown ? -1 : ~PagemapEntry.PFN_MASK;
      zeroReadsFile = mm.profile().has(Quirk.HUGE_ZERO_PAGE_READS_FILE);
      pool = area.has(VmFlags.HUGETLB);
      firstDecides = mm.profile().has(Quirk.HUGE_PAGE_EXCLUSIVE_BY_ITS_FIRST);
    }

    @Override
    public boolean entries(long vpn, PteTable table, int from, int to) {
      int shift = (int) (vpn - origin) - from;
      for (int i = from; i < to; i++) {
        long entry = table.get(i);
        target[shift + i] =
            given | (Pte.isPresent(entry) ? present(entry) & presentMask : absent(entry));
      }
      return true;
    }

    @Override
    public boolean huge(long startVpn, long endVpn, long entry) {
      if (!Pte.isPresent(entry)) {
        long marked = Pte.isWriteProtected(entry) ? PagemapEntry.UFFD_WP : 0;
        Arrays.fill(target, (int) (startVpn - origin), (int) (endVpn - origin), given | marked);
        return true;
      }
      long zero = zeroReadsFile && (entry & Pte.SPECIAL) != 0 ? PagemapEntry.FILE : 0;
      long first = present(Pte.partOfHuge(entry, 0)) & PagemapEntry.EXCLUSIVE;
      for (long vpn = startVpn; vpn < endVpn; vpn++) {
        long own = present(Pte.partOfHuge(entry, vpn));
        long shown = firstDecides ? (own & ~PagemapEntry.EXCLUSIVE) | first : own;
        long mask = pool ? presentMask & ~PagemapEntry.SOFT_DIRTY : presentMask;
        target[(int) (vpn - origin)] = given | zero | (shown & mask);
      }
      return true;
    }

    @Override
    public boolean hole(long startVpn, long endVpn) {
      Arrays.fill(target, (int) (startVpn - origin), (int) (endVpn - origin), given);
      return true;
    }
  }

  /** {@code pte_to_pagemap_entry} of a present entry: bits move to where pagemap has them. */
  private long present(long entry) {
    long exclusive = (entry & Pte.EXCLUSIVE) != 0 || isMappedOnce(entry) ? 1 : 0;
    return PagemapEntry.PRESENT
        | Pte.frame(entry)
        | ((entry & Pte.SOFT_DIRTY) << 44)
        | ((entry & Pte.UFFD_WP) << 47)
        | ((entry & Pte.FILE) << 9)
        | exclusive * PagemapEntry.EXCLUSIVE;
  }

  private boolean isMappedOnce(long entry) {
    Frames frames = mm.frames();
    int cached = (entry & Pte.FILE) != 0 ? 1 : 0;
    return (entry & Pte.SPECIAL) == 0 && frames.mapCount(Pte.frame(entry)) - cached == 1;
  }

  private long absent(long entry) {
    if (entry == Pte.NONE) {
      return 0;
    }
    boolean guard = Pte.isGuard(entry) && !mm.profile().has(Quirk.NO_GUARD_CATEGORY);
    return PagemapEntry.SWAPPED
        | (framesShown ? kindAndPlace(entry) : 0)
        | ((entry & Pte.SWAP_SOFT_DIRTY) << 54)
        | ((entry & Pte.SWAP_UFFD_WP) << 55)
        | ((entry & Pte.FILE) << 9)
        | (guard ? PagemapEntry.GUARD : 0);
  }

  /** Linux: {@code swp_type} and {@code swp_offset}; there is one swap device. */
  private static long kindAndPlace(long entry) {
    if (Pte.isMarker(entry)) {
      return MARKER_KIND;
    }
    return Pte.isSwap(entry) ? Pte.slot(entry) << SLOT_SHIFT : 0;
  }
}
