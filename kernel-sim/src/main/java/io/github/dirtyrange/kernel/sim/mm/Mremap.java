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
    MoveRequest asked =
        new MoveRequest(address, aligned(oldBytes), aligned(newBytes), flags, newAddress);
    if (mm.profile().has(Quirk.MREMAP_UNMAPS_BEFORE_IT_REFUSES)) {
      return OldMremap.remap(mm, asked, oldBytes != newBytes);
    }
    checkArguments(asked);
    boolean moveOnly = asked.isFixed() && asked.oldPages() == asked.newPages();
    if (moveOnly && !mm.profile().has(Quirk.MREMAP_MOVES_ONE_MAPPING)) {
      return moveAll(mm, asked);
    }
    VmArea area = mapping(mm, asked.start());
    HugeTlb.checkMove(area, asked);
    MoveRequest request = asked.aligned(area);
    checkMapping(area, request);
    if (request.moves()) {
      return moveTo(mm, request);
    }
    if (request.newPages() <= request.oldPages()) {
      shrink(mm, request);
      return address;
    }
    return grow(mm, area, request);
  }

  /** {@code PAGE_ALIGN}, as a number of pages. */
  private static long aligned(long bytes) {
    return (bytes + Pages.SIZE - 1) >>> Pages.SHIFT;
  }

  /** {@code check_mremap_params}, in its order. */
  private static void checkArguments(MoveRequest request) {
    refuseIf(request.hasUnknownFlags(), Errno.EINVAL, CALL);
    refuseIf(!Pages.isAligned(request.address()), Errno.EINVAL, CALL);
    boolean fits = request.newPages() != 0 && request.newPages() <= AddressSpace.END_VPN;
    refuseIf(!fits, Errno.EINVAL, CALL);
    if (!request.moves()) {
      return;
    }
    refuseIf(!request.mayMove(), Errno.EINVAL, CALL);
    boolean resizes = request.oldPages() != request.newPages();
    refuseIf(request.leavesMapping() && resizes, Errno.EINVAL, CALL);
    checkTarget(request);
  }

  static void checkTarget(MoveRequest request) {
    long newPages = request.newPages();
    refuseIf(newPages > AddressSpace.END_VPN, Errno.EINVAL, CALL);
    refuseIf(request.to() > AddressSpace.END_VPN - newPages, Errno.EINVAL, CALL);
    refuseIf(!Pages.isAligned(request.newAddress()), Errno.EINVAL, CALL);
    long oldEnd = request.address() + Pages.address(request.oldPages());
    long newEnd = request.newAddress() + Pages.address(newPages);
    boolean overlap =
        Long.compareUnsigned(oldEnd, request.newAddress()) > 0
            && Long.compareUnsigned(newEnd, request.address()) > 0;
    refuseIf(overlap, Errno.EINVAL, CALL);
  }

  /** {@code check_prep_vma}, in its order. */
  private static void checkMapping(VmArea area, MoveRequest request) {
    if (request.moves() || request.newPages() > request.oldPages()) {
      checkResize(area, request, Math.min(request.oldPages(), request.newPages()));
    }
  }

  /** {@code vma_to_resize}, as older kernels call it. */
  static void checkResize(VmArea area, MoveRequest request, long kept) {
    refuseIf(request.oldPages() == 0 && !area.has(VmFlags.MAYSHARE), Errno.EINVAL, CALL);
    boolean special = area.has(VmFlags.DONTEXPAND);
    refuseIf(request.leavesMapping() && special, Errno.EINVAL, CALL);
    refuseIf(kept > area.endVpn() - request.start(), Errno.EFAULT, CALL);
  }

  static VmArea mapping(AddressSpace mm, long vpn) {
    VmArea area = mm.areas().find(vpn);
    if (area == null) {
      throw new KernelException(Errno.EFAULT, CALL);
    }
    return area;
  }

  static long grow(AddressSpace mm, VmArea area, MoveRequest request) {
    long start = request.start();
    long end = start + request.newPages();
    boolean atEnd = start + request.oldPages() == area.endVpn();
    if (atEnd && end <= AddressSpace.END_VPN && mm.areas().isFree(area.endVpn(), end)) {
      mm.areas().extend(area, end);
      if (area.has(VmFlags.LOCKED)) {
        Populate.fillIfPossible(mm, start + request.oldPages(), end);
      }
      return Pages.address(start);
    }
    refuseIf(!request.mayMove(), Errno.ENOMEM, CALL);
    return move(mm, request, request.oldPages(), Mmap.highestGap(mm, request.newPages()));
  }

  static void shrink(AddressSpace mm, MoveRequest request) {
    long gone = request.oldPages() - request.newPages();
    if (gone > 0) {
      Munmap.unmap(mm, Pages.address(request.start() + request.newPages()), Pages.address(gone));
    }
  }

  /** {@code remap_move}: several mappings are moved one by one, and keep their gaps. */
  private static long moveAll(AddressSpace mm, MoveRequest request) {
    long start = request.start();
    long end = start + request.oldPages();
    List<VmArea> areas = mm.areas().overlapping(start, end);
    refuseIf(areas.isEmpty() || areas.get(0).startVpn() > start, Errno.EFAULT, CALL);
    for (VmArea area : areas) {
      long from = Math.max(start, area.startVpn());
      long count = Math.min(end, area.endVpn()) - from;
      boolean alone = from == start && area.endVpn() >= end;
      refuseIf(!alone && (area.flags() & VmFlags.UFFD) != 0, Errno.EFAULT, CALL);
      MoveRequest part = request.part(from, count, Pages.address(request.to() + from - start));
      HugeTlb.checkMove(area, part);
      MoveRequest whole = part.aligned(area);
      checkMapping(area, whole);
      moveTo(mm, whole);
    }
    return Pages.address(request.to());
  }

  /** {@code mremap_to}: what is at the new place goes first, then what is not moved. */
  private static long moveTo(AddressSpace mm, MoveRequest request) {
    if (request.isFixed()) {
      Munmap.unmapPages(mm, request.to(), request.to() + request.newPages());
      mapping(mm, request.start());
    }
    return mm.tellingOfUnmapsLast(
        () -> {
          shrink(mm, request);
          return moveChecked(mm, request);
        });
  }

  /** Moves what may be moved, to a place that is free by now. */
  static long moveChecked(AddressSpace mm, MoveRequest request) {
    long to = request.to();
    long newPages = request.newPages();
    boolean taken = request.newAddress() <= 0 || !Mmap.isFreeToHint(mm, to, to + newPages);
    if (!request.isFixed() && taken) {
      to = Mmap.highestGap(mm, newPages);
    }
    long kept = Math.min(request.oldPages(), newPages);
    boolean tellsOfAll = mm.profile().has(Quirk.MREMAP_TELLS_OF_WHAT_IT_UNMAPPED);
    long moved = move(mm, request, tellsOfAll ? request.oldPages() : kept, to);
    if (newPages > request.oldPages() && mapping(mm, to).has(VmFlags.LOCKED)) {
      Populate.fillIfPossible(mm, to + request.oldPages(), to + newPages);
    }
    return moved;
  }

  /**
   * {@code move_vma}: the new mapping first, then the pages, then the end of the old one. The
   * reader of a userfaultfd is told that {@code toldPages} moved.
   */
  private static long move(AddressSpace mm, MoveRequest request, long toldPages, long to) {
    long start = request.start();
    long kept = Math.min(request.oldPages(), request.newPages());
    VmArea old = mapping(mm, start);
    boolean wasWhole = old.startVpn() == start && old.endVpn() == start + kept;
    boolean dropped = isDropped(old);
    mm.splitHugeAt(start);
    mm.splitHugeAt(start + kept);
    VmArea target = newMapping(mm, old, request, to);
    new PageMover(mm, old, target, dropped).move(start, to, kept);
    if (dropped) {
      mm.areas().unregister(target);
    }
    mm.tell(old, UserfaultEvent.remap(start, to, toldPages));
    if (request.leavesMapping()) {
      leaveEmpty(mm, start, wasWhole);
    } else if (kept > 0) { // else a copy of shared memory, and the mapping stays in one piece
      Munmap.unmapPages(mm, start, start + kept);
    }
    return Pages.address(to);
  }

  /** {@return whether a mapping that moves is lost to its userfaultfd} */
  private static boolean isDropped(VmArea area) {
    boolean follows = area.has(UserfaultEvent.Kind.REMAP.vmFlag());
    return !follows && (area.flags() & VmFlags.UFFD) != 0;
  }

  /**
   * {@code copy_vma}. One that will be taken off its userfaultfd stays apart, up to 6.18 only from
   * mappings that are not registered: with others it merges, and they are unregistered as well.
   */
  private static VmArea newMapping(AddressSpace mm, VmArea old, MoveRequest request, long to) {
    boolean untouched = old.file() == null && old.anonVma() == null;
    long offset = untouched ? to : old.pageOffset(request.start());
    VmArea copy = old.copy(to, to + request.newPages(), offset);
    if (isDropped(old) && !mm.profile().has(Quirk.MREMAP_UNREGISTERS_NEIGHBOURS)) {
      copy.setFlags(copy.flags() & ~VmFlags.UFFD);
      return mm.areas().get(mm.areas().insertAlone(copy, ChangeCause.MOVE));
    }
    boolean staysApart =
        request.leavesMapping() && !mm.profile().has(Quirk.MREMAP_DONTUNMAP_MERGES_WITH_ITS_SOURCE);
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
