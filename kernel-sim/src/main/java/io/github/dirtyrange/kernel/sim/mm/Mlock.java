package io.github.dirtyrange.kernel.sim.mm;

import static io.github.dirtyrange.kernel.KernelException.refuseIf;

import io.github.dirtyrange.kernel.Cost;
import io.github.dirtyrange.kernel.Errno;
import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.kernel.Pages;

/** The mlock and munlock system calls: {@code mm/mlock.c}. */
public final class Mlock {

  private Mlock() {}

  /**
   * Keeps a range in memory and fills it, writable private memory as if it were written.
   *
   * @throws KernelException EINVAL for a range beyond all addresses; ENOMEM where it has a gap or
   *     cannot be filled
   */
  public static void lock(AddressSpace mm, long address, long bytes) {
    apply(mm, address, bytes, VmFlags.LOCKED);
    try {
      Populate.fill(mm, Pages.vpn(address), endVpn(address, bytes));
    } catch (KernelException e) {
      throw new KernelException(Errno.ENOMEM, "mlock");
    }
  }

  /**
   * Lets a range be reclaimed again.
   *
   * @throws KernelException EINVAL for a range beyond all addresses; ENOMEM where it has a gap
   */
  public static void unlock(AddressSpace mm, long address, long bytes) {
    apply(mm, address, bytes, 0);
  }

  private static long endVpn(long address, long bytes) {
    return (address + bytes + Pages.SIZE - 1) >> Pages.SHIFT;
  }

  /** {@code apply_vma_lock_flags}. */
  private static void apply(AddressSpace mm, long address, long bytes, long locked) {
    mm.clock().charge(Cost.MAPPING_CALL);
    long start = Pages.vpn(address);
    long end = endVpn(address, bytes);
    refuseIf(end < start, Errno.EINVAL, "mlock");
    if (start == end) {
      return;
    }
    long reached = start;
    for (VmArea area : mm.areas().overlapping(start, end)) {
      if (area.startVpn() > reached) {
        break;
      }
      long to = Math.min(end, area.endVpn());
      long flags = (area.flags() & ~VmFlags.LOCKED) | locked;
      if (flags != area.flags() && !area.has(VmFlags.HUGETLB)) {
        mm.changeFlags(reached, to, flags);
      }
      reached = to;
    }
    refuseIf(reached < end, Errno.ENOMEM, "mlock");
  }
}
