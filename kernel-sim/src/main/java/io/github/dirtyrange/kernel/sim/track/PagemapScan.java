package io.github.dirtyrange.kernel.sim.track;

import static io.github.dirtyrange.kernel.KernelException.refuseIf;

import io.github.dirtyrange.kernel.Categories;
import io.github.dirtyrange.kernel.Cost;
import io.github.dirtyrange.kernel.Errno;
import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.kernel.PageRegionBuffer;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.ScanRequest;
import io.github.dirtyrange.kernel.sim.machine.Profile;
import io.github.dirtyrange.kernel.sim.machine.Quirk;
import io.github.dirtyrange.kernel.sim.mm.AddressSpace;
import io.github.dirtyrange.kernel.sim.mm.VmArea;
import io.github.dirtyrange.kernel.sim.mm.VmFlags;
import io.github.dirtyrange.kernel.sim.mm.VmaTree;

/** The PAGEMAP_SCAN ioctl: {@code do_pagemap_scan}, {@code fs/proc/task_mmu.c}. */
public final class PagemapScan {

  private static final String CALL = "PAGEMAP_SCAN";

  private static final long FLAGS = ScanRequest.WP_MATCHING | ScanRequest.CHECK_WPASYNC;
  private static final long CATEGORIES = (Categories.ACCESSED << 1) - 1;

  private PagemapScan() {}

  /**
   * Scans, filling {@code regions} from empty.
   *
   * @return the address at which the walk ended
   * @throws KernelException EINVAL, EFAULT, EPERM; ENOTTY where there is no such ioctl
   */
  public static long scan(AddressSpace mm, ScanRequest request, PageRegionBuffer regions) {
    mm.clock().charge(Cost.SCAN_CALL);
    check(mm, request);
    ScanOutput output = newOutput(mm, request, regions);
    run(mm, request, output);
    return walkEnd(request, output);
  }

  static ScanOutput newOutput(AddressSpace mm, ScanRequest request, PageRegionBuffer regions) {
    regions.clear();
    boolean stale = mm.profile().has(Quirk.STALE_WALK_END);
    return new ScanOutput(regions, request.maxPages(), request.returnMask(), stale);
  }

  /** {@return the address at which a walk ended, whether it failed or not} */
  static long walkEnd(ScanRequest request, ScanOutput output) {
    return Pages.address(output.walkEndVpn(Pages.count(request.endAddress())));
  }

  /** Walks a range whose request was checked. */
  static void run(AddressSpace mm, ScanRequest request, ScanOutput output) {
    long startVpn = Pages.vpn(request.startAddress());
    long endVpn = Pages.count(request.endAddress());
    try {
      walk(mm, request, startVpn, endVpn, output);
    } finally {
      output.flush();
      mm.clock().charge(Cost.SCAN_REGION, output.regions());
    }
  }

  /** {@code pagemap_scan_get_args}: the checks, in its order. */
  static void check(AddressSpace mm, ScanRequest request) {
    refuseIf(mm.profile().has(Quirk.NO_PAGEMAP_SCAN), Errno.ENOTTY, CALL);
    long masks =
        request.invertedMask()
            | request.requiredMask()
            | request.anyOfMask()
            | request.returnMask();
    refuseIf((request.flags() & ~FLAGS) != 0, Errno.EINVAL, CALL);
    refuseIf((masks & ~known(mm.profile())) != 0, Errno.EINVAL, CALL);
    refuseIf(!Pages.isAligned(request.startAddress()), Errno.EINVAL, CALL);
    long last = Pages.address(AddressSpace.END_VPN);
    boolean ordered =
        Long.compareUnsigned(request.startAddress(), request.endAddress()) <= 0
            && Long.compareUnsigned(request.endAddress(), last) <= 0;
    refuseIf(!ordered, Errno.EFAULT, CALL);
  }

  /** {@return the categories that this kernel has a name for} */
  static long known(Profile profile) {
    long guard = profile.has(Quirk.NO_GUARD_CATEGORY) ? Categories.GUARD : 0;
    long accessed = profile.has(Quirk.NO_ACCESSED_CATEGORY) ? Categories.ACCESSED : 0;
    return CATEGORIES & ~guard & ~accessed;
  }

  private static void walk(
      AddressSpace mm, ScanRequest request, long startVpn, long endVpn, ScanOutput output) {
    if (startVpn == endVpn) {
      return;
    }
    VmaTree areas = mm.areas();
    for (int i = areas.firstEndingAfter(startVpn);
        i < areas.size() && areas.get(i).startVpn() < endVpn;
        i++) {
      VmArea area = areas.get(i);
      if (isOfInterest(area, request)) {
        long from = Math.max(startVpn, area.startVpn());
        long to = Math.min(endVpn, area.endVpn());
        if (!mm.pages().walk(from, to, new ScanWalk(mm, area, request, output))) {
          return;
        }
      }
    }
  }

  /** {@code pagemap_scan_test_walk}. */
  private static boolean isOfInterest(VmArea area, ScanRequest request) {
    boolean allowed = area.has(VmFlags.UFFD_WP_ASYNC);
    if (!allowed) {
      refuseIf((request.flags() & ScanRequest.CHECK_WPASYNC) != 0, Errno.EPERM, CALL);
      if ((request.flags() & ScanRequest.WP_MATCHING) != 0) {
        return false;
      }
    }
    long matched = (allowed ? Categories.WPALLOWED : 0) ^ request.invertedMask();
    return (request.requiredMask() & Categories.WPALLOWED & ~matched) == 0;
  }
}
