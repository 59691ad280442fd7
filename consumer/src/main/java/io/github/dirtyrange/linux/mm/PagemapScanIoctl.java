package io.github.dirtyrange.linux.mm;

import io.github.dirtyrange.kernel.PageRegionBuffer;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.ScanRequest;
import io.github.dirtyrange.linux.sys.Abi;
import io.github.dirtyrange.linux.sys.Sys;
import java.nio.ByteBuffer;

/**
 * The PAGEMAP_SCAN ioctl ({@code do_pagemap_scan}, fs/proc/task_mmu.c) with its argument and its
 * vector of regions in direct buffers that are used again.
 *
 * <p>The kernel allocates room for {@code min(512, vec_len)} regions in every call, so a call is
 * given no longer a vector than its range can fill: pages that all have the same categories lie in
 * at most (pages + 1) / 2 regions.
 *
 * <p>Scans that arm pass over what is others' to arm ({@link OthersMemory}), whoever makes them.
 */
public final class PagemapScanIoctl {

  private static final int FIRST_REGIONS = 1024;

  /** {@code PAGEMAP_WALK_SIZE / PAGE_SIZE}: how many regions the kernel gathers at a time. */
  private static final int KERNEL_BUFFER = 512;

  private final ProcPagemap pagemap;
  private final ByteBuffer argument = Sys.struct(Abi.SCAN_BYTES);
  private final long argumentAddress = Sys.address(argument);
  private ByteBuffer vector = Sys.struct(0);
  private long vectorAddress;
  private int room;
  private int found;
  private long walkEnd;
  private boolean cutHugePage;
  private boolean passedOver;

  /** Scans the process whose pagemap this is. */
  public PagemapScanIoctl(ProcPagemap pagemap) {
    this.pagemap = pagemap;
    growVector(FIRST_REGIONS);
    argument.putLong(Abi.SCAN_SIZE, Abi.SCAN_BYTES);
  }

  /** Does what {@link io.github.dirtyrange.kernel.TrackedProcess#scan} says. */
  public long scan(ScanRequest request, PageRegionBuffer regions) {
    match(
        request.invertedMask(), request.requiredMask(), request.anyOfMask(), request.returnMask());
    call(
        request.flags(),
        request.startAddress(),
        request.endAddress(),
        request.maxPages(),
        Math.min(regions.capacity(), mostRegions(request)));
    regions.clear();
    for (int i = 0; i < found; i++) {
      regions.add(startVpn(i), endVpn(i), categories(i));
    }
    return walkEnd();
  }

  /** Sets which pages match, and what is reported of them, for all calls that follow. */
  public void match(long inverted, long required, long anyOf, long returned) {
    argument
        .putLong(Abi.SCAN_INVERTED, inverted)
        .putLong(Abi.SCAN_REQUIRED, required)
        .putLong(Abi.SCAN_ANY_OF, anyOf)
        .putLong(Abi.SCAN_RETURN, returned);
  }

  /**
   * Makes one call, or one for each piece between what is passed over. {@link #startVpn}, {@link
   * #endVpn} and {@link #walkEnd} have the answer until the next.
   *
   * @param maxRegions the walk ends where one more region would be needed
   * @return how many regions were found
   */
  public int call(long flags, long startAddress, long endAddress, long maxPages, int maxRegions) {
    boolean arms = (flags & ScanRequest.WP_MATCHING) != 0;
    OthersMemory others = arms ? pagemap.others() : OthersMemory.NONE;
    return callAround(others, flags, startAddress, endAddress, maxPages, maxRegions);
  }

  /** Likewise, but passes over what is others' to arm even where it arms nothing. */
  public int callOurs(
      long flags, long startAddress, long endAddress, long maxPages, int maxRegions) {
    return callAround(pagemap.others(), flags, startAddress, endAddress, maxPages, maxRegions);
  }

  private int callAround(
      OthersMemory others, long flags, long start, long end, long maxPages, int maxRegions) {
    growVector(maxRegions);
    found = 0;
    passedOver = others.isBetween(start, end);
    if (!passedOver) {
      callOnce(flags, start, end, maxPages, maxRegions);
      return found;
    }
    cutHugePage = false;
    long pages = maxPages;
    long at = others.skip(start);
    while (at < end) {
      long to = others.nextBoundary(at, end);
      int before = found;
      callOnce(flags, at, to, pages, maxRegions - before);
      for (int i = before; i < found; i++) {
        pages -= endVpn(i) - startVpn(i);
      }
      boolean full = (maxRegions > 0 && found == maxRegions) || (maxPages > 0 && pages <= 0);
      if (walkEnd < to || full || cutHugePage) {
        return found;
      }
      at = others.skip(to);
    }
    walkEnd = Pages.address(Pages.count(end));
    return found;
  }

  /** Makes one system call, whose regions follow those that were found before. */
  private void callOnce(long flags, long start, long end, long maxPages, int roomLeft) {
    argument
        .putLong(Abi.SCAN_FLAGS, flags)
        .putLong(Abi.SCAN_START, start)
        .putLong(Abi.SCAN_END, end)
        .putLong(Abi.SCAN_WALK_END, 0)
        .putLong(Abi.SCAN_VEC, vectorAddress + (long) found * Abi.REGION_BYTES)
        .putLong(Abi.SCAN_VEC_LEN, roomLeft)
        .putLong(Abi.SCAN_MAX_PAGES, maxPages);
    room = roomLeft;
    int got = pagemap.scan(argumentAddress);
    found += got;
    walkEnd = walkEnd(got);
    long noted = argument.getLong(Abi.SCAN_WALK_END);
    cutHugePage = room <= KERNEL_BUFFER && got < room && noted != 0 && noted < end;
  }

  /** {@return the first page of a region of the last call} */
  public long startVpn(int region) {
    return Pages.vpn(vector.getLong(at(region) + Abi.REGION_START));
  }

  /** {@return the page after the last of a region of the last call} */
  public long endVpn(int region) {
    return Pages.vpn(vector.getLong(at(region) + Abi.REGION_END));
  }

  /** {@return the categories of a region of the last call} */
  public long categories(int region) {
    return vector.getLong(at(region) + Abi.REGION_CATEGORIES);
  }

  /** {@return the address up to which the last call looked} */
  public long walkEnd() {
    return walkEnd;
  }

  /**
   * What the kernel says is of use only if the call stopped for want of room: it empties a buffer
   * of 512 regions as it goes, notes there where it went on, and leaves that note behind when it
   * then reaches the end ({@code do_pagemap_scan}, {@code fs/proc/task_mmu.c}).
   */
  private long walkEnd(int got) {
    long end = argument.getLong(Abi.SCAN_END);
    boolean stoppable = argument.getLong(Abi.SCAN_MAX_PAGES) != 0 || got == room;
    if (!stoppable) {
      return Pages.address(Pages.count(end));
    }
    long noted = argument.getLong(Abi.SCAN_WALK_END);
    return got == 0 ? noted : Math.max(noted, Pages.address(endVpn(found - 1)));
  }

  /** {@return whether the last call passed over memory that is others' to arm} */
  public boolean passedOver() {
    return passedOver;
  }

  /**
   * {@return whether the last call met a written page of hugetlbfs that reaches beyond its range}
   * Such a page is armed whole or not at all; the call passes it by, and notes where it begins
   * ({@code pagemap_scan_hugetlb_entry}). A call of more than 512 regions leaves other notes there.
   */
  public boolean cutHugePage() {
    return cutHugePage;
  }

  /** {@return where the page begins that {@link #cutHugePage} tells of} */
  public long cutVpn() {
    return Pages.vpn(argument.getLong(Abi.SCAN_WALK_END));
  }

  /** {@return the memory that the buffers take, in bytes} */
  public long memoryBytes() {
    return (long) argument.capacity() + vector.capacity();
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
