package io.github.dirtyrange.kernel.sim.track;

import static io.github.dirtyrange.kernel.KernelException.refuseIf;

import io.github.dirtyrange.kernel.Cost;
import io.github.dirtyrange.kernel.Errno;
import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.kernel.PageRegionBuffer;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.ScanRequest;
import io.github.dirtyrange.kernel.sim.machine.Quirk;
import io.github.dirtyrange.kernel.sim.mm.AddressSpace;
import io.github.dirtyrange.kernel.sim.mm.VmArea;
import io.github.dirtyrange.kernel.sim.mm.VmFlags;

/**
 * PAGEMAP_SCAN as a process makes it, with a structure whose every member may be wrong, and with
 * what the kernel leaves in the structure also when it fails.
 */
public final class PagemapScanCall {

  private static final String CALL = "PAGEMAP_SCAN";

  /** The size of {@code struct pm_scan_arg}. */
  public static final long STRUCT_BYTES = 96;

  /** A walk end that was not written. */
  public static final long UNWRITTEN = -1;

  private static final long REGION_BYTES = 24;

  /** Linux copies regions out when it has that many. */
  private static final int BOUNCE_REGIONS = 512;

  private final AddressSpace mm;
  private final ScanRequest request;
  private long walkEnd = UNWRITTEN;

  /** Prepares a call. */
  public PagemapScanCall(AddressSpace mm, ScanRequest request) {
    this.mm = mm;
    this.request = request;
  }

  /**
   * Makes the call: {@code do_pagemap_scan}, with the checks in the order of {@code
   * pagemap_scan_get_args}.
   *
   * @param structBytes the member size
   * @param vec the address to which the regions are to be written
   * @param regions gets them; its capacity is the member vec_len
   * @throws KernelException EINVAL, EFAULT, EPERM; ENOTTY where there is no such ioctl
   */
  public void make(long structBytes, long vec, PageRegionBuffer regions) {
    mm.clock().charge(Cost.SCAN_CALL);
    refuseIf(mm.profile().has(Quirk.NO_PAGEMAP_SCAN), Errno.ENOTTY, CALL);
    refuseIf(structBytes != STRUCT_BYTES, Errno.EINVAL, CALL);
    PagemapScan.check(mm, request);
    refuseIf(vec == 0 && regions.capacity() != 0, Errno.EINVAL, CALL);
    refuseIf(vec != 0 && !isUserSpace(vec, regions.capacity() * REGION_BYTES), Errno.EFAULT, CALL);
    boolean writable = isWritable(vec);
    PageRegionBuffer found = writable ? regions : bounceBuffer(regions.capacity());
    ScanOutput output = PagemapScan.newOutput(mm, request, found);
    try {
      PagemapScan.run(mm, request, output);
    } finally {
      walkEnd = PagemapScan.walkEnd(request, output);
      copyOut(writable, found);
    }
  }

  /** What was found is copied out also after an error, which an error of copying replaces. */
  private static void copyOut(boolean writable, PageRegionBuffer found) {
    refuseIf(!writable && found.size() > 0, Errno.EFAULT, CALL);
  }

  /** {@return what the call left as the address where its walk ended, or {@link #UNWRITTEN}} */
  public long walkEnd() {
    return walkEnd;
  }

  private static PageRegionBuffer bounceBuffer(int capacity) {
    return new PageRegionBuffer(Math.min(capacity, BOUNCE_REGIONS));
  }

  private static boolean isUserSpace(long address, long bytes) {
    return address >= 0 && address <= Pages.address(AddressSpace.END_VPN) - bytes;
  }

  private boolean isWritable(long vec) {
    VmArea area = mm.areas().find(Pages.vpn(vec));
    return area != null && area.has(VmFlags.WRITE);
  }
}
