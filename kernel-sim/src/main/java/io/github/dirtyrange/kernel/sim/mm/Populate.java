package io.github.dirtyrange.kernel.sim.mm;

import static io.github.dirtyrange.kernel.KernelException.refuseIf;

import io.github.dirtyrange.kernel.Errno;
import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.kernel.Pages;

/** Faults pages in ahead of use: {@code populate_vma_page_range}, {@code mm/gup.c}. */
final class Populate {

  private Populate() {}

  /**
   * Fills a range as MAP_POPULATE and mlock do: private writable memory as if it were written, all
   * else as if it were read.
   *
   * @throws KernelException EFAULT at the first page that cannot be accessed
   */
  static void fill(AddressSpace mm, long startVpn, long endVpn) {
    if (startVpn == endVpn) {
      return;
    }
    for (VmArea area : mm.areas().overlapping(startVpn, endVpn)) {
      fill(mm, area, Math.max(startVpn, area.startVpn()), Math.min(endVpn, area.endVpn()));
    }
  }

  /** Fills a range in the same way, and goes on to the next mapping where that is not possible. */
  static void fillIfPossible(AddressSpace mm, long startVpn, long endVpn) {
    for (VmArea area : mm.areas().overlapping(startVpn, endVpn)) {
      try {
        fill(mm, area, Math.max(startVpn, area.startVpn()), Math.min(endVpn, area.endVpn()));
      } catch (KernelException e) {
        // Errors are ignored, as mm_populate() does.
      }
    }
  }

  private static void fill(AddressSpace mm, VmArea area, long startVpn, long endVpn) {
    boolean write = (area.flags() & (VmFlags.WRITE | VmFlags.SHARED)) == VmFlags.WRITE;
    refuseIf((area.flags() & VmFlags.ACCESS) == 0, Errno.EFAULT, "populate");
    touch(mm, startVpn, endVpn, write ? VmFlags.WRITE : VmFlags.READ);
  }

  /**
   * Faults in every page of a range for an access, without changing what it holds.
   *
   * @throws KernelException EFAULT at the first page that cannot be accessed
   */
  static void touch(AddressSpace mm, long startVpn, long endVpn, long access) {
    FaultHandler faults = mm.faults();
    for (long vpn = startVpn; vpn < endVpn; vpn++) {
      try {
        faults.faultIn(Pages.address(vpn), access);
      } catch (KernelException e) {
        throw new KernelException(Errno.EFAULT, "populate");
      }
    }
  }
}
