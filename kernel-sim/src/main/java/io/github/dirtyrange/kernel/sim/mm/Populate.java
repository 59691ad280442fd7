package io.github.dirtyrange.kernel.sim.mm;

import io.github.dirtyrange.kernel.Pages;

/** Faults pages in ahead of use: {@code populate_vma_page_range}, {@code mm/gup.c}. */
final class Populate {

  private Populate() {}

  /**
   * Fills a range as MAP_POPULATE and mlock do: private writable memory as if it were written, all
   * else as if it were read. What cannot be accessed is left alone.
   */
  static void afterMapping(AddressSpace mm, long startVpn, long endVpn) {
    for (VmArea area : mm.areas().overlapping(startVpn, endVpn)) {
      boolean write = (area.flags() & (VmFlags.WRITE | VmFlags.SHARED)) == VmFlags.WRITE;
      long access = write ? VmFlags.WRITE : VmFlags.READ;
      if ((area.flags() & VmFlags.ACCESS) != 0) {
        long from = Math.max(startVpn, area.startVpn());
        touch(mm, from, Math.min(endVpn, area.endVpn()), access);
      }
    }
  }

  /** Faults in every page of a range for an access, without changing what it holds. */
  static void touch(AddressSpace mm, long startVpn, long endVpn, long access) {
    FaultHandler faults = mm.faults();
    for (long vpn = startVpn; vpn < endVpn; vpn++) {
      faults.faultIn(Pages.address(vpn), access);
    }
  }
}
