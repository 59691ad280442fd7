package io.github.dirtyrange.kernel.sim.mm;

import io.github.dirtyrange.kernel.Errno;
import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.sim.machine.Quirk;
import io.github.dirtyrange.kernel.sim.mm.pgtable.Pte;

/** Pages that are reached other than by the CPU: by userfaultfd, by the kernel, by devices. */
public final class UserPages {

  /** A fault that must not wait fails instead: no FAULT_FLAG_ALLOW_RETRY. */
  private static final UserfaultReader NO_WAITING =
      (vpn, write, protectedPage) -> {
        throw new KernelException(Errno.EFAULT, "fault that may not wait");
      };

  /** No page, and so no content. */
  public static final long NOTHING = -1;

  private UserPages() {}

  /**
   * Reads a page as process_vm_readv does. No stack grows. What copying it costs is the caller's.
   *
   * @return what it holds
   * @throws KernelException EFAULT where the mapping does not allow loads
   */
  public static long read(AddressSpace mm, long address) {
    VmArea area = mm.areas().find(Pages.vpn(address));
    if (area == null || !area.has(VmFlags.READ)) {
      throw new KernelException(Errno.EFAULT, String.format("read of address %x", address));
    }
    return mm.frames().stamp(Pte.frame(mm.faults().faultIn(address, VmFlags.READ)));
  }

  /**
   * {@return what a page holds, without an access: nothing is faulted in} {@link #NOTHING} where
   * there is no page to hold anything: no mapping, a guard region, beyond the end of a file.
   */
  public static long contentOf(AddressSpace mm, long vpn) {
    VmArea area = mm.areas().find(vpn);
    long entry = mm.pages().entryOf(vpn);
    if (area == null || Pte.isGuard(entry)) {
      return NOTHING;
    }
    if (Pte.isPresent(entry)) {
      return Pte.isFramed(entry) ? mm.frames().stamp(Pte.frame(entry)) : 0;
    }
    if (Pte.isSwap(entry)) {
      return mm.frames().swap().stamp(Pte.slot(entry));
    }
    PageCache file = area.file();
    if (file == null) {
      return 0;
    }
    long page = area.pageOffset(vpn);
    return page < file.pages() ? file.stamp(page) : NOTHING;
  }

  /**
   * Writes a page as process_vm_writev does.
   *
   * @throws KernelException EFAULT where the mapping does not allow stores
   */
  public static void write(AddressSpace mm, long address, long stamp) {
    unpin(mm, stamped(mm, pin(mm, address), stamp));
  }

  private static long stamped(AddressSpace mm, long frame, long stamp) {
    mm.frames().setStamp(frame, stamp);
    return frame;
  }

  /**
   * Writes a page through {@code /proc/PID/mem}: a page that is read-only is written all the same
   * where the kernel is configured so (FOLL_FORCE), into a private copy. A stack grows. It does not
   * wait for the reader of a userfaultfd, {@code __access_remote_vm}.
   *
   * @throws KernelException EIO where it is not
   */
  public static void writeByProcMem(AddressSpace mm, long address, long stamp) {
    long vpn = Pages.vpn(address);
    VmArea area = mm.faults().findOrGrow(vpn);
    boolean forced =
        area != null
            && mm.profile().has(Quirk.PROC_MEM_WRITES_READ_ONLY)
            && area.copiesOnWrite()
            && !(area.has(VmFlags.HUGETLB) && mm.profile().has(Quirk.POOL_REFUSES_FORCED_WRITES));
    if (area == null || !(area.has(VmFlags.WRITE) || forced)) {
      throw new KernelException(Errno.EIO, "write to /proc/PID/mem");
    }
    UserfaultReader reader = mm.userfaults();
    mm.setUserfaults(NO_WAITING);
    try {
      if (area.has(VmFlags.WRITE)) {
        write(mm, address, stamp);
      } else {
        mm.frames().setStamp(Pte.frame(mm.faults().forceOwn(area, vpn)), stamp);
      }
    } catch (KernelException e) {
      throw new KernelException(Errno.EIO, "write to /proc/PID/mem");
    } finally {
      mm.setUserfaults(reader);
    }
  }

  /**
   * Pins a page for a device to write, as registering a buffer with io_uring does.
   *
   * @return its frame
   * @throws KernelException EFAULT where the page may not be written
   */
  public static long pin(AddressSpace mm, long address) {
    long frame = Pte.frame(mm.faults().faultIn(address, VmFlags.WRITE));
    mm.frames().pin(frame);
    return frame;
  }

  /** Takes back a pin. */
  public static void unpin(AddressSpace mm, long frame) {
    mm.frames().unpin(frame);
  }
}
