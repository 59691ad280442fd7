package io.github.dirtyrange.kernel.sim.mm;

import io.github.dirtyrange.kernel.Cost;
import io.github.dirtyrange.kernel.Errno;
import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.sim.mm.pgtable.PageTable;
import io.github.dirtyrange.kernel.sim.mm.pgtable.Pte;
import io.github.dirtyrange.kernel.sim.mm.pgtable.PteTable;
import org.jspecify.annotations.Nullable;

/**
 * Loads and stores of a process, and the faults that they take: {@code handle_mm_fault}, {@code
 * mm/memory.c}. The CPU's part is done first; what it cannot do becomes a fault, and is tried again
 * after it.
 */
public final class FaultHandler {

  private static final long LOADABLE = Pte.PRESENT | Pte.NO_ACCESS;
  private static final long STORABLE = Pte.PRESENT | Pte.NO_ACCESS | Pte.WRITE;

  private final AddressSpace mm;
  private final PageTable pages;
  private final Frames frames;

  FaultHandler(AddressSpace mm) {
    this.mm = mm;
    pages = mm.pages();
    frames = mm.frames();
  }

  /**
   * Loads what a page holds.
   *
   * @throws KernelException EFAULT where Linux sends SIGSEGV, EIO where it sends SIGBUS
   */
  public long load(long address) {
    mm.clock().charge(Cost.ACCESS);
    return frames.stamp(Pte.frame(access(Pages.vpn(address), VmFlags.READ)));
  }

  /**
   * Stores what a page holds.
   *
   * @throws KernelException EFAULT where Linux sends SIGSEGV, EIO where it sends SIGBUS
   */
  public void store(long address, long stamp) {
    mm.clock().charge(Cost.ACCESS);
    frames.setStamp(Pte.frame(access(Pages.vpn(address), VmFlags.WRITE)), stamp);
  }

  /**
   * Stores to a page, and leaves what it holds.
   *
   * @throws KernelException EFAULT where Linux sends SIGSEGV, EIO where it sends SIGBUS
   */
  public void touch(long address) {
    access(Pages.vpn(address), VmFlags.WRITE);
  }

  /**
   * Makes a page accessible as get_user_pages does, without touching what it holds. No stack grows.
   *
   * @param access {@link VmFlags#READ} or {@link VmFlags#WRITE}
   * @return its entry
   * @throws KernelException EFAULT where the mapping does not allow the access
   */
  public long faultIn(long address, long access) {
    long vpn = Pages.vpn(address);
    if (mm.areas().find(vpn) == null) {
      throw noAccess(vpn);
    }
    return access(vpn, access);
  }

  /**
   * Makes a page of a mapping that copies on write the process's own, though the mapping does not
   * allow stores: get_user_pages with FOLL_FORCE. The page stays as little accessible as it was.
   *
   * @return its entry
   * @throws KernelException EFAULT where there can be none
   */
  long forceOwn(VmArea area, long vpn) {
    while (true) {
      long entry = pages.entryOf(vpn);
      if (canFollow(area, entry)) {
        return entry;
      }
      handle(area, vpn, true);
    }
  }

  /** {@code can_follow_write_pte}. */
  private boolean canFollow(VmArea area, long entry) {
    boolean tracked = mm.softDirtyFlag() != 0 && !area.has(VmFlags.SOFTDIRTY);
    return Pte.isPresent(entry)
        && (entry & Pte.EXCLUSIVE) != 0
        && !(tracked && (entry & Pte.SOFT_DIRTY) == 0)
        && !(area.has(VmFlags.UFFD_WP) && Pte.isWriteProtected(entry));
  }

  /** Accesses a page as the CPU does, faulting until it can; {@return its entry} */
  private long access(long vpn, long access) {
    boolean write = access == VmFlags.WRITE;
    long needed = write ? STORABLE : LOADABLE;
    long granted = needed & ~Pte.NO_ACCESS;
    long marks = write ? Pte.ACCESSED | Pte.DIRTY : Pte.ACCESSED;
    while (true) {
      PteTable table = pages.table(vpn);
      int index = PageTable.index(vpn);
      if (table != null && (table.get(index) & needed) == granted) {
        pages.setByHardware(table, index, marks);
        return table.get(index);
      }
      long huge = table == null ? pages.huge(vpn) : Pte.NONE;
      if ((huge & needed) == granted) {
        pages.setHugeByHardware(vpn, marks);
        return Pte.partOfHuge(huge, vpn);
      }
      fault(vpn, access);
    }
  }

  /** Handles one fault; the access that took it is tried again afterwards. */
  private void fault(long vpn, long access) {
    VmArea area = findOrGrow(vpn);
    if (area == null || !allows(area, access)) {
      throw noAccess(vpn);
    }
    handle(area, vpn, access == VmFlags.WRITE);
  }

  /** {@code __handle_mm_fault}. */
  private void handle(VmArea area, long vpn, boolean write) {
    if (area.has(VmFlags.HUGETLB)) {
      HugeTlbFault.handle(mm, area, vpn, write);
      return;
    }
    PageCache file = area.file();
    if (write && file != null && !area.has(VmFlags.SHARED)) {
      mm.prepareAnonymous(area);
    }
    PteTable table = pages.table(vpn);
    if (table != null) {
      faultInTable(area, vpn, table, write);
    } else if (pages.huge(vpn) != Pte.NONE) {
      HugePages.writeProtectFault(mm, area, vpn);
    } else {
      faultWithoutTable(area, vpn, write);
    }
  }

  private void faultWithoutTable(VmArea area, long vpn, boolean write) {
    PageCache file = area.file();
    if (file != null && !FileFault.findsPages(area, file, vpn, write)) {
      throw new KernelException(
          Errno.EIO, String.format("access beyond the file at %x", Pages.address(vpn)));
    }
    if (HugePages.suits(mm, area, vpn) && !area.has(VmFlags.UFFD_MISSING)) {
      HugePages.firstTouch(mm, area, vpn, write);
    } else {
      faultInTable(area, vpn, pages.makeTable(vpn), write);
    }
  }

  /** {@code handle_pte_fault}. */
  private void faultInTable(VmArea area, long vpn, PteTable table, boolean write) {
    long entry = table.entry(vpn);
    if (Pte.isPresent(entry)) {
      WriteProtectFault.handle(mm, area, vpn, table);
      return;
    }
    if (Pte.isSwap(entry)) {
      SwapFault.handle(mm, area, vpn, table, write);
      return;
    }
    if (Pte.isGuard(entry)) {
      throw noAccess(vpn);
    }
    PageCache file = area.file();
    if (entry == Pte.NONE && area.has(VmFlags.UFFD_MISSING)) {
      tellReader(vpn, write, false);
    } else if (file == null) {
      AnonymousFault.handle(mm, area, vpn, table, write);
    } else {
      FileFault.handle(mm, area, file, vpn, table, write);
    }
  }

  /** Leaves a fault to whoever reads the userfaultfd: {@code handle_userfault}. */
  void tellReader(long vpn, boolean write, boolean protectedPage) {
    UserfaultReader reader = mm.userfaults();
    if (reader == null) {
      throw new IllegalStateException(
          String.format("page %x waits for a userfaultfd that nobody reads", vpn));
    }
    reader.fault(vpn, write, protectedPage);
  }

  /** {@return the mapping of a page, a stack grown down to it if need be, or null} */
  @Nullable VmArea findOrGrow(long vpn) {
    VmArea area = mm.areas().find(vpn);
    return area != null ? area : StackGrowth.growTo(mm, vpn);
  }

  private static KernelException noAccess(long vpn) {
    return new KernelException(
        Errno.EFAULT, String.format("access to address %x", Pages.address(vpn)));
  }

  /**
   * {@code access_error}, {@code arch/x86/mm/fault.c}: the page table has no bit for reading, so
   * what can be accessed in any way can be read.
   */
  private static boolean allows(VmArea area, long access) {
    return access == VmFlags.READ ? (area.flags() & VmFlags.ACCESS) != 0 : area.has(access);
  }
}
