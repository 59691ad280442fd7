package io.github.dirtyrange.kernel.sim.mm;

import io.github.dirtyrange.kernel.Errno;
import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.sim.machine.Quirk;

/** Pages that are reached other than by the CPU: by userfaultfd, by the kernel, by devices. */
public final class UserPages {

  private UserPages() {}

  /**
   * Puts a page with this content where there is none: {@code mfill_atomic_install_pte}.
   *
   * @throws KernelException EEXIST where there is one
   */
  public static void fill(AddressSpace mm, VmArea area, long vpn, long stamp) {
    long entry = AnonymousFault.ownPage(mm, area);
    mm.frames().setStamp(Pte.frame(entry), stamp);
    install(mm, area, vpn, area.has(VmFlags.WRITE) ? entry : entry & ~Pte.WRITE);
  }

  /**
   * Puts the zero page where there is none: {@code mfill_atomic_pte_zeropage}.
   *
   * @throws KernelException EEXIST where there is one
   */
  public static void fillWithZeroPage(AddressSpace mm, VmArea area, long vpn) {
    install(mm, area, vpn, AnonymousFault.ZERO_PAGE);
  }

  private static void install(AddressSpace mm, VmArea area, long vpn, long entry) {
    long[] table = mm.pages().makeTable(vpn);
    if (table[PageTable.index(vpn)] != Pte.NONE) {
      throw new KernelException(Errno.EEXIST, "UFFDIO_COPY");
    }
    mm.pages().set(area, vpn, table, entry, Cause.FAULT);
  }

  /**
   * Writes a page through {@code /proc/PID/mem}: a page that is read-only is written all the same
   * where the kernel is configured so (FOLL_FORCE), into a private copy.
   *
   * @throws KernelException EIO where it is not
   */
  public static void writeByProcMem(AddressSpace mm, long address, long stamp) {
    long vpn = Pages.vpn(address);
    VmArea area = mm.areas().find(vpn);
    boolean forced = mm.profile().has(Quirk.PROC_MEM_WRITES_READ_ONLY);
    if (area == null || !(area.has(VmFlags.WRITE) || (forced && area.copiesOnWrite()))) {
      throw new KernelException(Errno.EIO, "write to /proc/PID/mem");
    }
    if (area.has(VmFlags.WRITE)) {
      mm.faults().store(address, stamp);
    } else {
      force(mm, area, vpn, stamp);
    }
  }

  /** The page becomes dirty, and stays read-only. */
  private static void force(AddressSpace mm, VmArea area, long vpn, long stamp) {
    mm.splitHugeAt(vpn | 1);
    long[] table = mm.pages().makeTable(vpn);
    if (Pte.isSwap(table[PageTable.index(vpn)])) {
      SwapFault.handle(mm, area, vpn, table, true);
    }
    if (!Pte.isPresent(table[PageTable.index(vpn)])) {
      AnonymousFault.handle(mm, area, vpn, table, true);
    } else {
      WriteProtectFault.handle(mm, area, vpn, table);
    }
    long entry = table[PageTable.index(vpn)];
    mm.pages().set(area, vpn, table, entry & ~Pte.WRITE, Cause.FAULT);
    mm.frames().setStamp(Pte.frame(entry), stamp);
  }

  /**
   * Pins a page for a device to write, as registering a buffer with io_uring does; {@return its
   * frame} Throws {@link KernelException} with EFAULT where the page may not be written.
   */
  public static long pin(AddressSpace mm, long address) {
    mm.faults().faultIn(address, VmFlags.WRITE);
    long frame = Pte.frame(mm.pages().entry(Pages.vpn(address)));
    mm.frames().pin(frame);
    return frame;
  }

  /** Takes back a pin. */
  public static void unpin(AddressSpace mm, long frame) {
    mm.frames().unpin(frame);
  }
}
