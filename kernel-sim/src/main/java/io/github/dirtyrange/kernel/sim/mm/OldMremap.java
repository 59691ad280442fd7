package io.github.dirtyrange.kernel.sim.mm;

import static io.github.dirtyrange.kernel.KernelException.refuseIf;
import static io.github.dirtyrange.kernel.sim.mm.Mremap.CALL;

import io.github.dirtyrange.kernel.Errno;
import io.github.dirtyrange.kernel.Pages;

/**
 * The order of mremap up to Linux 6.16, {@code mm/mremap.c}: the mapping is looked up before the
 * target's address is checked, and what is at the target is unmapped before the mapping is checked,
 * so that a call that is refused may have unmapped something.
 */
final class OldMremap {

  private OldMremap() {}

  /**
   * Does as asked.
   *
   * @param resizes whether the lengths differ, before they are rounded up to pages
   */
  static long remap(AddressSpace mm, MoveRequest asked, boolean resizes) {
    refuseIf(asked.hasUnknownFlags(), Errno.EINVAL, CALL);
    refuseIf(asked.isFixed() && !asked.mayMove(), Errno.EINVAL, CALL);
    refuseIf(asked.leavesMapping() && (!asked.mayMove() || resizes), Errno.EINVAL, CALL);
    boolean sound = Pages.isAligned(asked.address()) && asked.newPages() != 0;
    refuseIf(!sound, Errno.EINVAL, CALL);
    VmArea area = Mremap.mapping(mm, asked.start());
    HugeTlb.checkMove(area, asked);
    MoveRequest request = asked.aligned(area);
    if (request.moves()) {
      return moveTo(mm, request);
    }
    if (request.newPages() <= request.oldPages()) {
      Mremap.shrink(mm, request);
      return request.address();
    }
    Mremap.checkResize(area, request, request.oldPages());
    refuseIf(request.newPages() > AddressSpace.END_VPN, Errno.ENOMEM, CALL);
    return Mremap.grow(mm, area, request);
  }

  /** {@code mremap_to}. */
  private static long moveTo(AddressSpace mm, MoveRequest request) {
    Mremap.checkTarget(request);
    if (request.isFixed()) {
      Munmap.unmapPages(mm, request.to(), request.to() + request.newPages());
    }
    return mm.tellingOfUnmapsLast(
        () -> {
          Mremap.shrink(mm, request);
          VmArea area = Mremap.mapping(mm, request.start());
          Mremap.checkResize(area, request, Math.min(request.oldPages(), request.newPages()));
          return Mremap.moveChecked(mm, request);
        });
  }
}
