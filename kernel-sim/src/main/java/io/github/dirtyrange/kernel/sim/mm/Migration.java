package io.github.dirtyrange.kernel.sim.mm;

import static io.github.dirtyrange.kernel.KernelException.refuseIf;

import io.github.dirtyrange.kernel.ChangeCause;
import io.github.dirtyrange.kernel.Cost;
import io.github.dirtyrange.kernel.Errno;
import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.sim.machine.Quirk;
import io.github.dirtyrange.kernel.sim.mm.pgtable.Pte;
import io.github.dirtyrange.kernel.sim.mm.pgtable.PteTable;
import java.util.Collection;

/**
 * Gives a page another frame, in every mapping: {@code mm/migrate.c}. The migration entries that
 * Linux has meanwhile are never seen, since nothing else runs.
 */
public final class Migration {

  private static final String CALL = "madvise SOFT_OFFLINE";

  private Migration() {}

  /**
   * Takes the frame of a page out of use, as MADV_SOFT_OFFLINE does: the page is read in first.
   *
   * @throws KernelException EFAULT where nothing can be read; EIO or ENOTRECOVERABLE for the zero
   *     page; EBUSY for a page that a device may write, and for one of the pool of huge pages, as
   *     where the pool has no other
   */
  public static void softOffline(Collection<AddressSpace> memories, AddressSpace mm, long vpn) {
    refuseIf(mm.profile().has(Quirk.NO_SOFT_OFFLINE), Errno.EINVAL, CALL);
    readIn(mm, vpn);
    long entry = mm.pages().entryOf(vpn);
    boolean old = mm.profile().has(Quirk.ZERO_PAGE_OFFLINE_IS_EIO);
    refuseIf((entry & Pte.SPECIAL) != 0, old ? Errno.EIO : Errno.ENOTRECOVERABLE, CALL);
    refuseIf(mm.frames().isPinned(Pte.frame(entry)), Errno.EBUSY, CALL);
    VmArea area = mm.areas().find(vpn);
    refuseIf(area != null && area.has(VmFlags.HUGETLB), Errno.EBUSY, CALL);
    boolean huge = mm.pages().huge(vpn) != Pte.NONE;
    refuseIf(huge && !HugePages.splitForGood(mm, vpn), Errno.EBUSY, CALL);
    if ((mm.pages().entry(vpn) & Pte.SPECIAL) == 0) {
      migrate(memories, mm, vpn);
    } // else the split has given the frame back
  }

  /**
   * {@code get_user_pages_fast}: what the CPU could read is taken as it is, but for the zero page
   * ({@code pte_special}); for the rest the mapping has to say that it can be read.
   */
  private static void readIn(AddressSpace mm, long vpn) {
    long huge = mm.pages().huge(vpn);
    long entry = huge == Pte.NONE ? mm.pages().entry(vpn) : huge;
    boolean ordinary = huge != Pte.NONE && mm.profile().has(Quirk.HUGE_ZERO_PAGE_READS_FILE);
    long unlike = Pte.NO_ACCESS | (ordinary ? 0 : Pte.SPECIAL);
    if ((entry & (Pte.PRESENT | unlike)) == Pte.PRESENT) {
      return;
    }
    VmArea area = mm.areas().find(vpn);
    refuseIf(area == null || !area.has(VmFlags.READ), Errno.EFAULT, CALL);
    try {
      mm.faults().faultIn(Pages.address(vpn), VmFlags.READ);
    } catch (KernelException e) {
      throw new KernelException(Errno.EFAULT, "madvise SOFT_OFFLINE");
    }
  }

  /** Gives the page that is mapped at an address another frame. */
  private static void migrate(Collection<AddressSpace> memories, AddressSpace mm, long vpn) {
    mm.clock().charge(Cost.COPY_PAGE);
    Frames frames = mm.frames();
    long old = Pte.frame(mm.pages().entry(vpn));
    long fresh = frames.allocate();
    frames.setStamp(fresh, frames.stamp(old));
    frames.marks().copy(old, fresh);
    frames.memoryIds().migrate(old, fresh);
    long slot = frames.swap().slotOf(old);
    if (slot != 0) {
      frames.swap().uncache(old);
      frames.swap().cache(slot, fresh);
    }
    VmArea area = mm.areas().find(vpn);
    PageCache file = area == null ? null : area.file();
    if (area != null && file != null) {
      file.migrate(area.pageOffset(vpn), old, fresh);
    }
    ReverseMap.walk(memories, old, (m, a, page, table) -> replace(m, a, page, table, fresh));
    for (int users = frames.mapCount(old); users > 0; users--) {
      if (users > 1) {
        frames.map(fresh);
      }
      frames.unmap(old);
    }
  }

  /** {@code remove_migration_pte}. */
  private static void replace(AddressSpace mm, VmArea area, long vpn, PteTable table, long frame) {
    long entry = table.entry(vpn);
    boolean dirties = mm.profile().has(Quirk.MIGRATION_DIRTIES) && (entry & Pte.DIRTY) != 0;
    long lost = mm.profile().has(Quirk.MIGRATION_FORGETS_SOFT_DIRTY) ? Pte.SOFT_DIRTY : 0;
    long after = (Pte.withFrame(entry, frame) & ~lost) | (dirties ? mm.softDirtyBit() : 0);
    mm.pages().set(area, vpn, table, after, ChangeCause.MIGRATION);
  }
}
