package io.github.dirtyrange.kernel.sim.mm;

import static io.github.dirtyrange.kernel.KernelException.refuseIf;

import io.github.dirtyrange.kernel.ChangeCause;
import io.github.dirtyrange.kernel.Cost;
import io.github.dirtyrange.kernel.Errno;
import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.sim.machine.Quirk;
import java.util.List;

/** The mremap system call: {@code mm/mremap.c}. */
public final class Mremap {

  /** MREMAP_MAYMOVE. */
  public static final int MAYMOVE = 1;

  /** MREMAP_FIXED. */
  public static final int FIXED = 2;

  /** MREMAP_DONTUNMAP. */
  public static final int DONTUNMAP = 4;

  static final String CALL = "mremap";

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
    mm.clock().charge(Cost.MAPPING_CALL);
    long oldPages = aligned(oldBytes);
    long newPages = aligned(newBytes);
    if (mm.profile().has(Quirk.MREMAP_UNMAPS_BEFORE_IT_REFUSES)) {
      return OldMremap.remap(mm, address, oldPages, newPages, flags, newAddress);
    }
    checkArguments(address, oldPages, newPages, flags, newAddress);
    long start = Pages.vpn(address);
    boolean moveOnly = (flags & FIXED) != 0 && oldPages == newPages;
    if (moveOnly && !mm.profile().has(Quirk.MREMAP_MOVES_ONE_MAPPING)) {
      return moveAll(mm, start, oldPages, flags, Pages.vpn(newAddress));
    }
    VmArea area = mapping(mm, start);
    HugeTlb.checkMove(area, start, oldPages, newPages, newAddress);
    oldPages = HugeTlb.aligned(area, oldPages);
    newPages = HugeTlb.aligned(area, newPages);
    checkMapping(area, start, oldPages, newPages, flags);
    if ((flags & (FIXED | DONTUNMAP)) != 0) {
      return moveTo(mm, start, oldPages, newPages, flags, newAddress);
    }
    if (newPages <= oldPages) {
      shrink(mm, start, oldPages, newPages);
      return address;
    }
    return grow(mm, area, start, oldPages, newPages, flags);
  }

  /** {@code PAGE_ALIGN}, as a number of pages. */
  private static long aligned(long bytes) {
    return (bytes + Pages.SIZE - 1) >>> Pages.SHIFT;
  }

  /** {@code check_mremap_params}, in its order. */
  private static void checkArguments(
      long address, long oldPages, long newPages, int flags, long newAddress) {
    refuseIf((flags & ~(MAYMOVE | FIXED | DONTUNMAP)) != 0, Errno.EINVAL, CALL);
    refuseIf((address & (Pages.SIZE - 1)) != 0, Errno.EINVAL, CALL);
    refuseIf(newPages == 0 || newPages > AddressSpace.END_VPN, Errno.EINVAL, CALL);
    if ((flags & (FIXED | DONTUNMAP)) == 0) {
      return;
    }
    refuseIf((flags & MAYMOVE) == 0, Errno.EINVAL, CALL);
    refuseIf((flags & DONTUNMAP) != 0 && oldPages != newPages, Errno.EINVAL, CALL);
    checkTarget(address, oldPages, newPages, newAddress);
  }

  static void checkTarget(long address, long oldPages, long newPages, long newAddress) {
    long to = Pages.vpn(newAddress);
    refuseIf(newPages > AddressSpace.END_VPN, Errno.EINVAL, CALL);
    refuseIf(to > AddressSpace.END_VPN - newPages, Errno.EINVAL, CALL);
    refuseIf((newAddress & (Pages.SIZE - 1)) != 0, Errno.EINVAL, CALL);
    long oldEnd = address + Pages.address(oldPages);
    long newEnd = newAddress + Pages.address(newPages);
    boolean overlap =
        Long.compareUnsigned(oldEnd, newAddress) > 0 && Long.compareUnsigned(newEnd, address) > 0;
    refuseIf(overlap, Errno.EINVAL, CALL);
  }

  /** {@code check_prep_vma}, in its order. */
  private static void checkMapping(
      VmArea area, long start, long oldPages, long newPages, int flags) {
    boolean moves = (flags & (FIXED | DONTUNMAP)) != 0;
    if (!moves && newPages <= oldPages) {
      return;
    }
    refuseIf(oldPages == 0 && !area.has(VmFlags.MAYSHARE), Errno.EINVAL, CALL);
    refuseIf((flags & DONTUNMAP) != 0 && area.has(VmFlags.DONTEXPAND), Errno.EINVAL, CALL);
    refuseIf(Math.min(oldPages, newPages) > area.endVpn() - start, Errno.EFAULT, CALL);
  }

  static VmArea mapping(AddressSpace mm, long vpn) {
    VmArea area = mm.areas().find(vpn);
    if (area == null) {
      throw new KernelException(Errno.EFAULT, CALL);
    }
    return area;
  }

  static long grow(
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
    refuseIf((flags & MAYMOVE) == 0, Errno.ENOMEM, CALL);
    return move(mm, start, oldPages, oldPages, newPages, flags, Mmap.highestGap(mm, newPages));
  }

  static void shrink(AddressSpace mm, long start, long oldPages, long newPages) {
    if (oldPages > newPages) {
      Munmap.unmap(mm, Pages.address(start + newPages), Pages.address(oldPages - newPages));
    }
  }

  /** {@code remap_move}: several mappings are moved one by one, and keep their gaps. */
  private static long moveAll(AddressSpace mm, long start, long pages, int flags, long to) {
    long end = start + pages;
    List<VmArea> areas = mm.areas().overlapping(start, end);
    refuseIf(areas.isEmpty() || areas.get(0).startVpn() > start, Errno.EFAULT, CALL);
    for (VmArea area : areas) {
      long from = Math.max(start, area.startVpn());
      long count = Math.min(end, area.endVpn()) - from;
      boolean alone = from == start && area.endVpn() >= end;
      refuseIf(!alone && (area.flags() & VmFlags.UFFD) != 0, Errno.EFAULT, CALL);
      long target = Pages.address(to + from - start);
      HugeTlb.checkMove(area, from, count, count, target);
      long whole = HugeTlb.aligned(area, count);
      checkMapping(area, from, whole, whole, flags);
      moveTo(mm, from, whole, whole, flags, target);
    }
    return Pages.address(to);
  }

  /** {@code mremap_to}: what is at the new place goes first, then what is not moved. */
  private static long moveTo(
      AddressSpace mm, long start, long oldPages, long newPages, int flags, long newAddress) {
    long to = Pages.vpn(newAddress);
    if ((flags & FIXED) != 0) {
      Munmap.unmapPages(mm, to, to + newPages);
      mapping(mm, start);
    }
    return mm.tellingOfUnmapsLast(
        () -> {
          shrink(mm, start, oldPages, newPages);
          return moveChecked(mm, start, oldPages, newPages, flags, newAddress);
        });
  }

  /** Moves what may be moved, to a place that is free by now. */
  static long moveChecked(
      AddressSpace mm, long start, long oldPages, long newPages, int flags, long newAddress) {
    long to = Pages.vpn(newAddress);
    boolean taken = newAddress <= 0 || !Mmap.isFreeToHint(mm, to, to + newPages);
    if ((flags & FIXED) == 0 && taken) {
      to = Mmap.highestGap(mm, newPages);
    }
    long kept = Math.min(oldPages, newPages);
    long told = mm.profile().has(Quirk.MREMAP_TELLS_OF_WHAT_IT_UNMAPPED) ? oldPages : kept;
    long moved = move(mm, start, kept, told, newPages, flags, to);
    if (newPages > oldPages && mapping(mm, to).has(VmFlags.LOCKED)) {
      Populate.fillIfPossible(mm, to + oldPages, to + newPages);
    }
    return moved;
  }

  /**
   * {@code move_vma}: the new mapping first, then the pages, then the end of the old one. The
   * reader of a userfaultfd is told that {@code toldPages} moved.
   */
  private static long move(
      AddressSpace mm,
      long start,
      long oldPages,
      long toldPages,
      long newPages,
      int flags,
      long to) {
    VmArea old = mapping(mm, start);
    boolean wasWhole = old.startVpn() == start && old.endVpn() == start + oldPages;
    boolean follows = old.has(UserfaultEvent.Kind.REMAP.vmFlag());
    boolean dropped = !follows && (old.flags() & VmFlags.UFFD) != 0;
    mm.splitHugeAt(start);
    mm.splitHugeAt(start + oldPages);
    VmArea target = newMapping(mm, old, start, to, newPages, flags);
    new PageMover(mm, old, target, dropped).move(start, to, oldPages);
    if (dropped) {
      mm.areas().unregister(target);
    }
    mm.tell(old, UserfaultEvent.remap(start, to, toldPages));
    if ((flags & DONTUNMAP) != 0) {
      leaveEmpty(mm, start, wasWhole);
    } else if (oldPages > 0) { // else a copy of shared memory, and the mapping stays in one piece
      Munmap.unmapPages(mm, start, start + oldPages);
    }
    return Pages.address(to);
  }

  /**
   * {@code copy_vma}. One that will be taken off its userfaultfd stays apart, up to 6.18 only from
   * mappings that are not registered: with others it merges, and they are unregistered as well.
   */
  private static VmArea newMapping(
      AddressSpace mm, VmArea old, long start, long to, long newPages, int flags) {
    boolean untouched = old.file() == null && old.anonVma() == null;
    VmArea copy = old.copy(to, to + newPages, untouched ? to : old.pageOffset(start));
    boolean follows = old.has(UserfaultEvent.Kind.REMAP.vmFlag());
    boolean dropped = !follows && (old.flags() & VmFlags.UFFD) != 0;
    if (dropped && !mm.profile().has(Quirk.MREMAP_UNREGISTERS_NEIGHBOURS)) {
      copy.setFlags(copy.flags() & ~VmFlags.UFFD);
      return mm.areas().get(mm.areas().insertAlone(copy, ChangeCause.MOVE));
    }
    boolean staysApart =
        (flags & DONTUNMAP) != 0
            && !mm.profile().has(Quirk.MREMAP_DONTUNMAP_MERGES_WITH_ITS_SOURCE);
    return mm.areas().insertMoved(copy, staysApart ? old : null);
  }

  /** {@code dontunmap_complete}. */
  private static void leaveEmpty(AddressSpace mm, long start, boolean wasWhole) {
    VmArea old = mapping(mm, start);
    if (old.has(VmFlags.LOCKED)) {
      old.setFlags(old.flags() & ~VmFlags.LOCKED);
    }
    if (wasWhole) {
      old.setAnonVma(null, false);
    }
  }
}
