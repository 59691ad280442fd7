package io.github.dirtyrange.kernel.sim.mm;

import io.github.dirtyrange.kernel.Errno;
import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.sim.machine.Operation;

/** The mremap system call: {@code mm/mremap.c}. */
public final class Mremap {

  /** MREMAP_MAYMOVE. */
  public static final int MAYMOVE = 1;

  /** MREMAP_FIXED. */
  public static final int FIXED = 2;

  /** MREMAP_DONTUNMAP. */
  public static final int DONTUNMAP = 4;

  private Mremap() {}

  /**
   * Makes a mapping shorter or longer, or moves it.
   *
   * @param newAddress where to, with {@link #FIXED}; a hint with {@link #DONTUNMAP}
   * @return where it is now
   * @throws KernelException EINVAL, EFAULT, ENOMEM
   */
  public static long remap(
      AddressSpace mm, long address, long oldBytes, long newBytes, int flags, long newAddress) {
    mm.clock().charge(Operation.MAPPING_CALL);
    long oldPages = Pages.count(oldBytes);
    long newPages = Pages.count(newBytes);
    checkArguments(address, oldPages, newPages, flags, newAddress);
    long start = Pages.vpn(address);
    VmArea area = mm.areas().find(start);
    refuseIf(area == null, Errno.EFAULT);
    if (area == null) {
      return 0;
    }
    if ((flags & FIXED) != 0) {
      return moveTo(mm, start, oldPages, newPages, flags, Pages.vpn(newAddress));
    }
    if ((flags & DONTUNMAP) != 0) {
      long hint = Pages.count(newAddress);
      boolean free = newAddress > 0 && mm.areas().isFree(hint, hint + newPages);
      return move(mm, start, oldPages, newPages, flags, free ? hint : gap(mm, newPages));
    }
    if (newPages <= oldPages) {
      Munmap.unmapPages(mm, start + newPages, start + oldPages);
      return address;
    }
    refuseIf(start + oldPages > area.endVpn(), Errno.EFAULT);
    return grow(mm, area, start, oldPages, newPages, flags);
  }

  private static long gap(AddressSpace mm, long pages) {
    return Mmap.highestGap(mm, pages);
  }

  private static void checkArguments(
      long address, long oldPages, long newPages, int flags, long newAddress) {
    boolean fixed = (flags & FIXED) != 0;
    boolean keeps = (flags & DONTUNMAP) != 0;
    refuseIf((flags & ~(MAYMOVE | FIXED | DONTUNMAP)) != 0, Errno.EINVAL);
    refuseIf((fixed || keeps) && (flags & MAYMOVE) == 0, Errno.EINVAL);
    refuseIf(keeps && oldPages != newPages, Errno.EINVAL);
    refuseIf((address & (Pages.SIZE - 1)) != 0 || newPages <= 0, Errno.EINVAL);
    refuseIf(oldPages <= 0, Errno.EINVAL);
    if (fixed) {
      long from = Pages.vpn(address);
      long to = Pages.vpn(newAddress);
      refuseIf((newAddress & (Pages.SIZE - 1)) != 0 || newAddress < 0, Errno.EINVAL);
      refuseIf(to > AddressSpace.END_VPN - newPages, Errno.EINVAL);
      refuseIf(to < from + oldPages && from < to + newPages, Errno.EINVAL);
    }
  }

  private static long grow(
      AddressSpace mm, VmArea area, long start, long oldPages, long newPages, int flags) {
    long end = start + newPages;
    boolean atEnd = start + oldPages == area.endVpn();
    if (atEnd && end <= AddressSpace.END_VPN && mm.areas().isFree(area.endVpn(), end)) {
      mm.areas().extend(area, end);
      if (area.has(VmFlags.LOCKED)) {
        Populate.fillIfPossible(mm, start + oldPages, end);
      }
      return Pages.address(start);
    }
    refuseIf((flags & MAYMOVE) == 0, Errno.ENOMEM);
    return move(mm, start, oldPages, newPages, flags, gap(mm, newPages));
  }

  /** {@code mremap_to}: what is at the new place goes first, then what is not moved. */
  private static long moveTo(
      AddressSpace mm, long start, long oldPages, long newPages, int flags, long to) {
    Munmap.unmapPages(mm, to, to + newPages);
    if (oldPages > newPages) {
      Munmap.unmapPages(mm, start + newPages, start + oldPages);
    }
    return move(mm, start, Math.min(oldPages, newPages), newPages, flags, to);
  }

  /** {@code move_vma}: the new mapping first, then the pages, then the end of the old one. */
  private static long move(
      AddressSpace mm, long start, long oldPages, long newPages, int flags, long to) {
    VmArea old = mm.areas().find(start);
    refuseIf(old == null || start + oldPages > old.endVpn(), Errno.EFAULT);
    if (old == null) {
      return 0;
    }
    boolean untouched = old.file() == null && old.anonVma() == null;
    long offset = untouched ? to : old.pageOffset(start);
    VmArea moved = old.copy(to, to + newPages, offset);
    boolean follows = old.has(UserfaultEvent.Kind.REMAP.vmFlag());
    boolean dropped = !follows && (old.flags() & VmFlags.UFFD) != 0;
    moved.setFlags(follows ? moved.flags() : moved.flags() & ~VmFlags.UFFD);
    mm.splitHugeAt(start);
    mm.splitHugeAt(start + oldPages);
    VmArea target = mm.areas().insert(moved);
    new PageMover(mm, old, target, dropped).move(start, to, oldPages);
    mm.tell(old, UserfaultEvent.remap(start, to, oldPages));
    if ((flags & DONTUNMAP) == 0) {
      Munmap.unmapPages(mm, start, start + oldPages);
    } else if (old.startVpn() == start && old.endVpn() == start + oldPages) {
      old.setAnonVma(null, false);
    }
    return Pages.address(to);
  }

  private static void refuseIf(boolean wrong, Errno errno) {
    if (wrong) {
      throw new KernelException(errno, "mremap");
    }
  }
}
