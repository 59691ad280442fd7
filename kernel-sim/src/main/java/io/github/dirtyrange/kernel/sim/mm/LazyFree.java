package io.github.dirtyrange.kernel.sim.mm;

import static io.github.dirtyrange.kernel.KernelException.refuseIf;

import io.github.dirtyrange.kernel.ChangeCause;
import io.github.dirtyrange.kernel.Errno;
import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.sim.mm.pgtable.EntryEdit;
import io.github.dirtyrange.kernel.sim.mm.pgtable.PageTable;
import io.github.dirtyrange.kernel.sim.mm.pgtable.Pte;
import io.github.dirtyrange.kernel.sim.mm.pgtable.PteTable;
import io.github.dirtyrange.kernel.sim.mm.pgtable.TableVisitor;

/**
 * MADV_FREE: pages may be dropped from now on, until they are stored to again ({@code
 * madvise_free_pte_range}, {@code mm/madvise.c}). Only the CPU's bits go, so no category changes.
 */
final class LazyFree implements TableVisitor {

  private final AddressSpace mm;
  private final VmArea area;

  private LazyFree(AddressSpace mm, VmArea area) {
    this.mm = mm;
    this.area = area;
  }

  /** Throws {@link KernelException} with EINVAL where the memory is not private and anonymous. */
  static void free(AddressSpace mm, VmArea area, long from, long to) {
    refuseIf(!Madvise.isPrivateAnonymous(area), Errno.EINVAL, "madvise FREE");
    long start = splitAt(mm, from) ? from : Pages.blockEnd(from);
    long end = splitAt(mm, to) ? to : Pages.blockStart(to);
    if (start < end) {
      mm.pages().walk(start, end, new LazyFree(mm, area));
    }
  }

  /**
   * {@code madvise_free_huge_pmd}: a huge page that is covered in part is split for good, one that
   * others map too is left alone.
   *
   * @return whether its part may be freed
   */
  private static boolean splitAt(AddressSpace mm, long vpn) {
    long huge = mm.pages().huge(vpn);
    if (PageTable.index(vpn) == 0 || huge == Pte.NONE) {
      return true;
    }
    if ((huge & Pte.SPECIAL) != 0 || mm.frames().mapCount(Pte.frame(huge)) > 1) {
      return false;
    }
    return HugePages.splitForGood(mm, vpn);
  }

  @Override
  public boolean entries(long vpn, PteTable table, int from, int to) {
    for (int i = from; i < to; i++) {
      long entry = table.get(i);
      if (Pte.isSwap(entry)) {
        mm.pages().set(area, vpn + i - from, table, Pte.NONE, ChangeCause.ZAP);
        mm.drop(entry);
      } else if (isFreeable(entry)) {
        long clean = EntryEdit.CLEAN.apply(entry);
        mm.pages().set(area, vpn + i - from, table, clean, ChangeCause.PROTECT);
        mm.frames().marks().setDirty(Pte.frame(entry), false);
        mm.frames().marks().setFreedLazily(Pte.frame(entry), true);
      }
    }
    return true;
  }

  /**
   * A page whose content is in swap as well is freed only once nothing refers to that; one that
   * others map too only where their entries tell that it is dirty, or reclaim would take it from
   * them.
   */
  private boolean isFreeable(long entry) {
    if (!Pte.isFramed(entry)) {
      return false;
    }
    Frames frames = mm.frames();
    long frame = Pte.frame(entry);
    boolean others = frames.marks().isDirty(frame) && frames.mapCount(frame) != 1;
    return !others && frames.swap().slotOf(frame) == 0;
  }

  /** One that others map too is left alone. */
  @Override
  public boolean huge(long startVpn, long endVpn, long entry) {
    if ((entry & Pte.SPECIAL) != 0 || mm.frames().mapCount(Pte.frame(entry)) > 1) {
      return true;
    }
    mm.pages().setHuge(area, startVpn, EntryEdit.CLEAN.apply(entry), ChangeCause.PROTECT);
    for (int i = 0; i < Pages.PER_TABLE; i++) {
      mm.frames().marks().setFreedLazily(Pte.frame(entry) + i, true);
    }
    return true;
  }
}
