package io.github.dirtyrange.kernel.sim.mm;

import io.github.dirtyrange.kernel.Errno;
import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.sim.machine.Operation;

/** The mmap system call: {@code do_mmap}, {@code mm/mmap.c}. */
public final class Mmap {

  /** MAP_SHARED. */
  public static final int SHARED = 0x01;

  /** MAP_PRIVATE. */
  public static final int PRIVATE = 0x02;

  /** The bits that tell shared from private (MAP_TYPE). */
  private static final int TYPE = 0x0f;

  /** MAP_FIXED: exactly here, in place of what is mapped. */
  public static final int FIXED = 0x10;

  /** MAP_ANONYMOUS. */
  public static final int ANONYMOUS = 0x20;

  /** MAP_NORESERVE. */
  public static final int NORESERVE = 0x4000;

  /** MAP_POPULATE: fault the pages in at once. */
  public static final int POPULATE = 0x8000;

  /** MAP_LOCKED: likewise, and keep them in memory. */
  public static final int LOCKED = 0x2000;

  /** MAP_FIXED_NOREPLACE: exactly here, or not at all. */
  public static final int FIXED_NOREPLACE = 0x10_0000;

  private static final long MAY = VmFlags.MAYREAD | VmFlags.MAYWRITE | VmFlags.MAYEXEC;

  private Mmap() {}

  /**
   * Maps private anonymous memory.
   *
   * @param address where, or a hint where, or 0
   * @return where it was mapped
   * @throws KernelException EINVAL, ENOMEM or EEXIST
   */
  public static long map(AddressSpace mm, long address, long bytes, int prot, int flags) {
    mm.clock().charge(Operation.MAPPING_CALL);
    long length = Pages.count(bytes);
    check(bytes != 0, Errno.EINVAL);
    check(length > 0 && length <= AddressSpace.END_VPN, Errno.ENOMEM);
    long start = choose(mm, address, length, flags);
    check((flags & TYPE) == PRIVATE && (flags & ANONYMOUS) != 0, Errno.EINVAL);
    if ((flags & FIXED) != 0) {
      Munmap.unmapPages(mm, start, start + length);
    }
    long reserve = (flags & NORESERVE) != 0 ? VmFlags.NORESERVE : 0;
    mm.areas()
        .insert(start, start + length, Prot.vmFlags(prot) | MAY | reserve | mm.softDirtyFlag());
    return Pages.address(start);
  }

  private static long choose(AddressSpace mm, long address, long length, int flags) {
    long vpn = Pages.vpn(address);
    boolean fits = address >= 0 && vpn <= AddressSpace.END_VPN - length;
    if ((flags & (FIXED | FIXED_NOREPLACE)) == 0) {
      long hint = Pages.count(address);
      boolean usable = address > 0 && hint <= AddressSpace.END_VPN - length;
      return usable && isFree(mm, hint, length) ? hint : highestGap(mm, length);
    }
    check(fits, Errno.ENOMEM);
    check(Pages.address(vpn) == address, Errno.EINVAL);
    check((flags & FIXED) != 0 || isFree(mm, vpn, length), Errno.EEXIST);
    return vpn;
  }

  private static boolean isFree(AddressSpace mm, long vpn, long length) {
    return mm.areas().overlapping(vpn, vpn + length).isEmpty();
  }

  /** {@return the start of the highest free range, as Linux fills its mapping area from the top} */
  private static long highestGap(AddressSpace mm, long length) {
    long end = AddressSpace.END_VPN;
    for (int i = mm.areas().size() - 1; i >= 0; i--) {
      VmArea area = mm.areas().get(i);
      if (end - area.endVpn() >= length) {
        return end - length;
      }
      end = area.startVpn();
    }
    check(end > length, Errno.ENOMEM);
    return end - length;
  }

  private static void check(boolean right, Errno otherwise) {
    if (!right) {
      throw new KernelException(otherwise, "mmap");
    }
  }
}
