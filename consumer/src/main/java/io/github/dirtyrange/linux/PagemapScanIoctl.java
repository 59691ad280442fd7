package io.github.dirtyrange.linux;

import io.github.dirtyrange.kernel.Categories;
import io.github.dirtyrange.kernel.PageRegionBuffer;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.ScanRequest;
import java.nio.ByteBuffer;

/**
 * The PAGEMAP_SCAN ioctl ({@code do_pagemap_scan}, fs/proc/task_mmu.c) with its argument and its
 * vector of regions in direct buffers that are used again.
 *
 * <p>The kernel allocates room for {@code min(512, vec_len)} regions in every call, so a call is
 * given no longer a vector than its range can fill: pages that all have the same categories lie in
 * at most (pages + 1) / 2 regions.
 */
final class PagemapScanIoctl {

  private static final int FIRST_REGIONS = 1024;

  private final Descriptor pagemap;
  private final ByteBuffer argument = Sys.struct(Abi.SCAN_BYTES);
  private final long argumentAddress = Sys.address(argument);
  private ByteBuffer vector = Sys.struct(0);
  private long vectorAddress;
  private int room;
  private int found;

  /** Scans the process whose pagemap this is. */
  PagemapScanIoctl(Descriptor pagemap) {
    this.pagemap = pagemap;
    growVector(FIRST_REGIONS);
    argument.putLong(Abi.SCAN_SIZE, Abi.SCAN_BYTES);
  }

  /** Does what {@link io.github.dirtyrange.kernel.TrackedProcess#scan} says. */
  long scan(ScanRequest request, PageRegionBuffer regions) {
    argument
        .putLong(Abi.SCAN_FLAGS, request.flags())
        .putLong(Abi.SCAN_START, request.startAddress())
        .putLong(Abi.SCAN_END, request.endAddress())
        .putLong(Abi.SCAN_MAX_PAGES, request.maxPages())
        .putLong(Abi.SCAN_INVERTED, request.invertedMask())
        .putLong(Abi.SCAN_REQUIRED, request.requiredMask())
        .putLong(Abi.SCAN_ANY_OF, request.anyOfMask())
        .putLong(Abi.SCAN_RETURN, request.returnMask());
    call(Math.min(regions.capacity(), mostRegions(request)));
    regions.clear();
    for (int i = 0; i < found; i++) {
      regions.add(startVpn(i), endVpn(i), vector.getLong(at(i) + Abi.REGION_CATEGORIES));
    }
    return walkEnd();
  }

  /**
   * Finds the written pages of a range and arms them again, all in one step of the kernel's fast
   * path. {@link #startVpn}, {@link #endVpn} and {@link #walkEnd} have the answer until the next
   * call.
   *
   * @param maxRegions the walk ends where one more region would be needed
   * @return how many regions were found
   */
  int takeWritten(long startVpn, long endVpn, int maxRegions) {
    return written(ScanRequest.WP_MATCHING, startVpn, endVpn, maxRegions);
  }

  /** As {@link #takeWritten}, but changes nothing. */
  int findWritten(long startVpn, long endVpn, int maxRegions) {
    return written(0, startVpn, endVpn, maxRegions);
  }

  /** {@return the first page of a region of the last call} */
  long startVpn(int region) {
    return Pages.vpn(vector.getLong(at(region) + Abi.REGION_START));
  }

  /** {@return the page after the last of a region of the last call} */
  long endVpn(int region) {
    return Pages.vpn(vector.getLong(at(region) + Abi.REGION_END));
  }

  /**
   * {@return the address up to which the last call looked} What the kernel says is of use only if
   * the call stopped for want of room: it empties a buffer of 512 regions as it goes, notes there
   * where it went on, and leaves that note behind when it then reaches the end ({@code
   * do_pagemap_scan}, {@code fs/proc/task_mmu.c}).
   */
  long walkEnd() {
    long end = argument.getLong(Abi.SCAN_END);
    boolean stoppable = argument.getLong(Abi.SCAN_MAX_PAGES) != 0 || found == room;
    if (!stoppable) {
      return Pages.address(Pages.count(end));
    }
    long noted = argument.getLong(Abi.SCAN_WALK_END);
    return found == 0 ? noted : Math.max(noted, Pages.address(endVpn(found - 1)));
  }

  /** {@return the memory that the buffers take, in bytes} */
  long memoryBytes() {
    return (long) argument.capacity() + vector.capacity();
  }

  private int written(long flags, long startVpn, long endVpn, int maxRegions) {
    argument
        .putLong(Abi.SCAN_FLAGS, flags)
        .putLong(Abi.SCAN_START, Pages.address(startVpn))
        .putLong(Abi.SCAN_END, Pages.address(endVpn))
        .putLong(Abi.SCAN_MAX_PAGES, 0)
        .putLong(Abi.SCAN_INVERTED, 0)
        .putLong(Abi.SCAN_REQUIRED, Categories.WRITTEN)
        .putLong(Abi.SCAN_ANY_OF, 0)
        .putLong(Abi.SCAN_RETURN, Categories.WRITTEN);
    return call((int) Math.min(maxRegions, (endVpn - startVpn + 1) / 2));
  }

  private int call(int maxRegions) {
    growVector(maxRegions);
    argument
        .putLong(Abi.SCAN_WALK_END, 0)
        .putLong(Abi.SCAN_VEC, vectorAddress)
        .putLong(Abi.SCAN_VEC_LEN, maxRegions);
    room = maxRegions;
    found = pagemap.ioctl(Abi.PAGEMAP_SCAN, argumentAddress, "PAGEMAP_SCAN");
    return found;
  }

  private static int mostRegions(ScanRequest request) {
    long pages = Pages.count(Math.max(0, request.endAddress() - request.startAddress()));
    boolean allAlike = (request.returnMask() & ~request.requiredMask()) == 0;
    return (int) Math.min(Integer.MAX_VALUE, allAlike ? (pages + 1) / 2 : pages);
  }

  private void growVector(int regions) {
    if ((long) regions * Abi.REGION_BYTES > vector.capacity()) {
      vector = Sys.struct(Math.multiplyExact(regions, Abi.REGION_BYTES));
      vectorAddress = Sys.address(vector);
    }
  }

  private static int at(int region) {
    return region * Abi.REGION_BYTES;
  }
}
