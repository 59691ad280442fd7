package io.github.dirtyrange.kernel.sim.mm;

import static io.github.dirtyrange.kernel.KernelException.refuseIf;
import static io.github.dirtyrange.kernel.sim.mm.Mremap.CALL;
import static io.github.dirtyrange.kernel.sim.mm.Mremap.DONTUNMAP;
import static io.github.dirtyrange.kernel.sim.mm.Mremap.FIXED;
import static io.github.dirtyrange.kernel.sim.mm.Mremap.MAYMOVE;

import io.github.dirtyrange.kernel.Errno;
import io.github.dirtyrange.kernel.Pages;

/**
 * The order of mremap up to Linux 6.16, {@code mm/mremap.c}: the mapping is looked up before the
 * target's address is checked, and what is at the target is unmapped before the mapping is checked,
 * so that a call that is refused may have unmapped something.
 */
final class OldMremap {

  private OldMremap() {}

  static long remap(
      AddressSpace mm, long address, long oldPages, long newPages, int flags, long newAddress) {
    refuseIf((flags & ~(MAYMOVE | FIXED | DONTUNMAP)) != 0, Errno.EINVAL, CALL);
    refuseIf((flags & FIXED) != 0 && (flags & MAYMOVE) == 0, Errno.EINVAL, CALL);
    boolean keeps = (flags & DONTUNMAP) != 0;
    refuseIf(keeps && ((flags & MAYMOVE) == 0 || oldPages != newPages), Errno.EINVAL, CALL);
    refuseIf((address & (Pages.SIZE - 1)) != 0 || newPages == 0, Errno.EINVAL, CALL);
    long start = Pages.vpn(address);
    VmArea area = Mremap.mapping(mm, start);
    HugeTlb.checkMove(area, start, oldPages, newPages, newAddress);
    oldPages = HugeTlb.aligned(area, oldPages);
    newPages = HugeTlb.aligned(area, newPages);
    if ((flags & (FIXED | DONTUNMAP)) != 0) {
      return moveTo(mm, address, oldPages, newPages, flags, newAddress);
    }
    if (newPages <= oldPages) {
      Mremap.shrink(mm, start, oldPages, newPages);
      return address;
    }
    check(area, start, oldPages, flags);
    refuseIf(newPages > AddressSpace.END_VPN, Errno.ENOMEM, CALL);
    return Mremap.grow(mm, area, start, oldPages, newPages, flags);
  }

  /** {@code mremap_to}. */
  private static long moveTo(
      AddressSpace mm, long address, long oldPages, long newPages, int flags, long newAddress) {
    Mremap.checkTarget(address, oldPages, newPages, newAddress);
    long start = Pages.vpn(address);
    long to = Pages.vpn(newAddress);
    if ((flags & FIXED) != 0) {
      Munmap.unmapPages(mm, to, to + newPages);
    }
    return mm.tellingOfUnmapsLast(
        () -> {
          Mremap.shrink(mm, start, oldPages, newPages);
          check(Mremap.mapping(mm, start), start, Math.min(oldPages, newPages), flags);
          return Mremap.moveChecked(mm, start, oldPages, newPages, flags, newAddress);
        });
  }

  /** {@code vma_to_resize}. */
  private static void check(VmArea area, long start, long oldPages, int flags) {
    refuseIf(oldPages == 0 && !area.has(VmFlags.MAYSHARE), Errno.EINVAL, CALL);
    refuseIf((flags & DONTUNMAP) != 0 && area.has(VmFlags.DONTEXPAND), Errno.EINVAL, CALL);
    refuseIf(oldPages > area.endVpn() - start, Errno.EFAULT, CALL);
  }
}
