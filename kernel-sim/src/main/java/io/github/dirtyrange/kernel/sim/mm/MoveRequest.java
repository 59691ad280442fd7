package io.github.dirtyrange.kernel.sim.mm;

import io.github.dirtyrange.kernel.Pages;

/**
 * What a call of mremap asks for: {@code struct vma_remap_struct}, {@code mm/mremap.c}.
 *
 * @param address where the mapping is, in bytes
 * @param oldPages how many of its pages
 * @param newPages how many it is to have
 * @param flags bits of {@link Mremap}
 * @param newAddress where to, in bytes; a hint unless the flags fix it
 */
record MoveRequest(long address, long oldPages, long newPages, int flags, long newAddress) {

  private static final int KNOWN = Mremap.MAYMOVE | Mremap.FIXED | Mremap.DONTUNMAP;

  long start() {
    return Pages.vpn(address);
  }

  /** {@return the page of the new place} */
  long to() {
    return Pages.vpn(newAddress);
  }

  boolean hasUnknownFlags() {
    return (flags & ~KNOWN) != 0;
  }

  boolean mayMove() {
    return (flags & Mremap.MAYMOVE) != 0;
  }

  boolean isFixed() {
    return (flags & Mremap.FIXED) != 0;
  }

  /** {@return whether the old mapping stays, empty} */
  boolean leavesMapping() {
    return (flags & Mremap.DONTUNMAP) != 0;
  }

  /** {@return whether the mapping moves in any case} */
  boolean moves() {
    return isFixed() || leavesMapping();
  }

  /** {@return the same for a part of the range, which goes to an address of its own} */
  MoveRequest part(long startVpn, long pages, long target) {
    return new MoveRequest(Pages.address(startVpn), pages, pages, flags, target);
  }

  /** {@return the same in whole huge pages, if the mapping is of such} */
  MoveRequest aligned(VmArea area) {
    return new MoveRequest(
        address,
        HugeTlb.aligned(area, oldPages),
        HugeTlb.aligned(area, newPages),
        flags,
        newAddress);
  }
}
