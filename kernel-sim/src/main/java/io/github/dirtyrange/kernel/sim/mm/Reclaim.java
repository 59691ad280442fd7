package io.github.dirtyrange.kernel.sim.mm;

import static io.github.dirtyrange.kernel.KernelException.refuseIf;

import io.github.dirtyrange.kernel.ChangeCause;
import io.github.dirtyrange.kernel.Cost;
import io.github.dirtyrange.kernel.Errno;
import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.sim.machine.Quirk;
import io.github.dirtyrange.kernel.sim.mm.pgtable.PageTable;
import io.github.dirtyrange.kernel.sim.mm.pgtable.Pte;
import io.github.dirtyrange.kernel.sim.mm.pgtable.PteTable;
import io.github.dirtyrange.kernel.sim.mm.pgtable.TableVisitor;
import java.util.Collection;
import java.util.function.LongPredicate;

/**
 * Takes pages out of memory: to swap, back to their file, or for good where MADV_FREE allowed that
 * ({@code shrink_folio_list}, {@code mm/vmscan.c}, and {@code try_to_unmap_one}, {@code
 * mm/rmap.c}).
 */
final class Reclaim implements TableVisitor {

  private static final int ALONE = 1;

  private final AddressSpace mm;
  private final VmArea area;
  private final LongPredicate chosen;

  private Reclaim(AddressSpace mm, VmArea area, LongPredicate chosen) {
    this.chosen = chosen;
    this.mm = mm;
    this.area = area;
  }

  /**
   * Reclaims the pages of a range that nobody else maps, and that are chosen: MADV_PAGEOUT.
   *
   * @throws KernelException EINVAL for memory that is locked
   */
  static void pageOut(
      AddressSpace mm, VmArea area, long startVpn, long endVpn, LongPredicate chosen) {
    refuseIf(
        (area.flags() & (VmFlags.LOCKED | VmFlags.HUGETLB)) != 0, Errno.EINVAL, "madvise PAGEOUT");
    splitAt(mm, startVpn);
    splitAt(mm, endVpn);
    mm.pages().walk(startVpn, endVpn, new Reclaim(mm, area, chosen));
  }

  /**
   * Takes the page that is mapped at an address out of every mapping and out of memory, as the
   * kernel does where memory is short. One that is locked, of the pool of huge pages, or that a
   * device may write, stays.
   */
  static void everywhere(Collection<AddressSpace> memories, AddressSpace mm, long vpn) {
    VmArea mapped = mm.areas().find(vpn);
    if (mapped == null || mapped.has(VmFlags.HUGETLB)) {
      return;
    }
    long huge = mm.pages().huge(vpn);
    if ((huge & Pte.SPECIAL) != 0 || (huge != Pte.NONE && !HugePages.splitForGood(mm, vpn))) {
      return;
    }
    long entry = mm.pages().entry(vpn);
    boolean framed = Pte.isFramed(entry);
    long frame = Pte.frame(entry);
    if (framed && !mm.frames().isPinned(frame) && !isLocked(memories, frame)) {
      ReverseMap.walk(
          memories,
          frame,
          (m, a, page, table) -> new Reclaim(m, a, p -> true).reclaim(page, table));
    }
  }

  private static boolean isLocked(Collection<AddressSpace> memories, long frame) {
    boolean[] locked = new boolean[1];
    ReverseMap.walk(memories, frame, (m, a, page, table) -> locked[0] |= a.has(VmFlags.LOCKED));
    return locked[0];
  }

  private static void splitAt(AddressSpace mm, long vpn) {
    long huge = mm.pages().huge(vpn);
    if (PageTable.index(vpn) != 0 && huge != Pte.NONE && isAlone(mm, huge)) {
      HugePages.splitForGood(mm, vpn);
    }
  }

  @Override
  public boolean entries(long vpn, PteTable table, int from, int to) {
    for (int i = from; i < to; i++) {
      if (isAlone(mm, table.get(i)) && chosen.test(vpn + i - from)) {
        reclaim(vpn + i - from, table);
      }
    }
    return true;
  }

  @Override
  public boolean huge(long startVpn, long endVpn, long entry) {
    if (endVpn - startVpn < Pages.PER_TABLE || !isAlone(mm, entry) || !chosen.test(startVpn)) {
      return true;
    }
    HugePages.split(mm, startVpn);
    return mm.pages().walk(startVpn, endVpn, this);
  }

  /** {@return whether an entry maps a page that nothing else maps and no device may write} */
  private static boolean isAlone(AddressSpace mm, long entry) {
    if (!Pte.isFramed(entry)) {
      return false;
    }
    long frame = Pte.frame(entry);
    int cached = (entry & Pte.FILE) != 0 ? 1 : 0;
    return mm.frames().mapCount(frame) - cached == ALONE && !mm.frames().isPinned(frame);
  }

  private void reclaim(long vpn, PteTable table) {
    long entry = table.entry(vpn);
    PageCache file = area.file();
    if ((entry & Pte.FILE) != 0 && file != null) {
      toFile(file, vpn, table, entry);
    } else if (mm.frames().marks().isFreedLazily(Pte.frame(entry))) {
      discard(vpn, table, entry);
    } else if (mm.frames().swap().isOn()) {
      toSwap(vpn, table, entry);
    }
  }

  /** Its content is in the file, or as good as. */
  private void toFile(PageCache file, long vpn, PteTable table, long entry) {
    replace(vpn, table, noted(entry));
    mm.frames().unmap(Pte.frame(entry));
    if (file.kind() == PageCache.Kind.SHARED_MEMORY) {
      file.evict(area.pageOffset(vpn));
    }
  }

  /**
   * {@return the marker of what the page's entry told} Userfaultfd's protection stays; soft-dirty
   * would have to.
   */
  private long noted(long entry) {
    boolean forgets = mm.profile().has(Quirk.RECLAIM_FORGETS_SOFT_DIRTY);
    long kept = area.has(VmFlags.UFFD_WP) ? Pte.UFFD_WP : 0;
    return Pte.marker(entry & (forgets ? kept : kept | Pte.SOFT_DIRTY));
  }

  /** Written since MADV_FREE, the page may no longer be discarded. */
  private void discard(long vpn, PteTable table, long entry) {
    if ((entry & Pte.DIRTY) != 0) {
      mm.frames().marks().setFreedLazily(Pte.frame(entry), false);
      return;
    }
    replace(vpn, table, Pte.NONE);
    mm.frames().unmap(Pte.frame(entry));
  }

  private void toSwap(long vpn, PteTable table, long entry) {
    Frames frames = mm.frames();
    long frame = Pte.frame(entry);
    boolean forgets = mm.profile().has(Quirk.SWAP_FORGETS_SOFT_DIRTY);
    long kept = forgets ? entry & ~Pte.SOFT_DIRTY : entry;
    replace(vpn, table, Pte.swappedOut(kept, frames.swap().store(frame, frames.stamp(frame))));
    frames.unmap(frame);
  }

  private void replace(long vpn, PteTable table, long after) {
    mm.clock().charge(Cost.SWAP_OUT_PAGE);
    mm.pages().set(area, vpn, table, after, ChangeCause.RECLAIM);
  }
}
