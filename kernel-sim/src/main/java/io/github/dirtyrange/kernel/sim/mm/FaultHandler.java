package io.github.dirtyrange.kernel.sim.mm;

import io.github.dirtyrange.kernel.Errno;
import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.sim.machine.Operation;

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

  /** Makes the handler of an address space's faults. */
  public FaultHandler(AddressSpace mm) {
    this.mm = mm;
    pages = mm.pages();
    frames = mm.frames();
  }

  /**
   * Loads what a page holds.
   *
   * @throws KernelException EFAULT where Linux sends SIGSEGV
   */
  public long load(long address) {
    long vpn = Pages.vpn(address);
    mm.clock().charge(Operation.ACCESS);
    while (true) {
      long[] table = pages.table(vpn);
      int index = PageTable.index(vpn);
      if (table != null && (table[index] & LOADABLE) == Pte.PRESENT) {
        pages.setByHardware(table, index, Pte.ACCESSED);
        return frames.stamp(Pte.frame(table[index]));
      }
      fault(vpn, VmFlags.READ);
    }
  }

  /**
   * Stores what a page holds.
   *
   * @throws KernelException EFAULT where Linux sends SIGSEGV
   */
  public void store(long address, long stamp) {
    long vpn = Pages.vpn(address);
    mm.clock().charge(Operation.ACCESS);
    while (true) {
      long[] table = pages.table(vpn);
      int index = PageTable.index(vpn);
      if (table != null && (table[index] & STORABLE) == (Pte.PRESENT | Pte.WRITE)) {
        pages.setByHardware(table, index, Pte.ACCESSED | Pte.DIRTY);
        frames.setStamp(Pte.frame(table[index]), stamp);
        return;
      }
      fault(vpn, VmFlags.WRITE);
    }
  }

  /**
   * Faults the pages of a range in, for writing where their mapping allows it; what may not be
   * accessed is passed over. {@code mm_populate}, {@code mm/gup.c}.
   */
  public void populate(long startVpn, long endVpn) {
    for (VmArea area : mm.areas().overlapping(startVpn, endVpn)) {
      if ((area.flags() & VmFlags.ACCESS) == 0) {
        continue;
      }
      boolean write = (area.flags() & (VmFlags.WRITE | VmFlags.SHARED)) == VmFlags.WRITE;
      long wanted = write ? STORABLE : LOADABLE;
      long enough = wanted & ~Pte.NO_ACCESS;
      long last = Math.min(endVpn, area.endVpn());
      for (long vpn = Math.max(startVpn, area.startVpn()); vpn < last; vpn++) {
        while ((pages.entry(vpn) & wanted) != enough) {
          fault(vpn, write ? VmFlags.WRITE : VmFlags.READ);
        }
      }
    }
  }

  /** Handles one fault; the access that took it is tried again afterwards. */
  private void fault(long vpn, long access) {
    VmArea area = mm.areas().find(vpn);
    if (area == null || !allows(area, access)) {
      throw new KernelException(
          Errno.EFAULT, String.format("access to address %x", Pages.address(vpn)));
    }
    boolean write = access == VmFlags.WRITE;
    long[] table = pages.makeTable(vpn);
    long entry = table[PageTable.index(vpn)];
    if (!Pte.isPresent(entry)) {
      AnonymousFault.handle(mm, area, vpn, table, write);
    } else if (write) {
      WriteProtectFault.handle(mm, area, vpn, table);
    }
  }

  /**
   * {@code access_error}, {@code arch/x86/mm/fault.c}: the page table has no bit for reading, so
   * what can be accessed in any way can be read.
   */
  private static boolean allows(VmArea area, long access) {
    return access == VmFlags.READ ? (area.flags() & VmFlags.ACCESS) != 0 : area.has(access);
  }
}
