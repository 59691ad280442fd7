package io.github.dirtyrange.linux.queue;

import io.github.dirtyrange.kernel.Categories;
import io.github.dirtyrange.kernel.Errno;
import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.ScanRequest;
import io.github.dirtyrange.kernel.TrackedRanges;
import io.github.dirtyrange.linux.mm.PagemapScanIoctl;
import io.github.dirtyrange.linux.mm.ProcPagemap;

/**
 * Collects the written pages of a process, span by span, but for those that are others' to arm.
 * Where WRITTEN alone is asked for, the kernel answers on a path of its own, several times as fast
 * as any other question.
 */
final class WrittenPages {

  /**
   * What one call may find, and a step of a drain: as much as the kernel gathers at a time, so that
   * each call tells of a page of hugetlbfs that it cut.
   */
  static final int MOST_REGIONS = 512;

  private final ProcPagemap pagemap;
  private final PagemapScanIoctl scan;
  private final long flags;
  private final long now;
  private final LearntCosts costs;
  private final ReservedMemory reserved;
  private long calls;
  private int found;
  private long foundPages;
  private boolean cutHugePage;
  private long cutVpn;

  /**
   * Collects from the process whose pagemap this is.
   *
   * @param flags {@link ScanRequest#WP_MATCHING} to arm again what is collected, in the same step;
   *     0 to change nothing
   * @param costs learns what the calls cost, where they arm
   */
  WrittenPages(ProcPagemap pagemap, long flags, LearntCosts costs) {
    this(
        pagemap, flags, Categories.WRITTEN, costs, new ReservedMemory(pagemap, Categories.WRITTEN));
  }

  /**
   * As that, of memory of which parts may be reserved.
   *
   * @param now the categories to be told of what was written, WRITTEN among them
   */
  WrittenPages(
      ProcPagemap pagemap, long flags, long now, LearntCosts costs, ReservedMemory reserved) {
    this.now = now;
    this.reserved = reserved;
    this.pagemap = pagemap;
    this.scan = new PagemapScanIoctl(pagemap);
    this.flags = flags;
    this.costs = costs;
    scan.match(0, Categories.WRITTEN, 0, now);
  }

  /** Collects from all tracked ranges. */
  void collect(TrackedRanges ranges, RegionSink sink) {
    for (int i = 0; i < ranges.count(); i++) {
      collect(ranges.startVpn(i), ranges.endVpn(i), MOST_REGIONS, sink);
    }
  }

  /** Collects from all of one span, as {@link #collectSome}. */
  void collect(long startVpn, long endVpn, int expectedRegions, RegionSink sink) {
    boolean cut = false;
    for (long vpn = startVpn; vpn < endVpn; ) {
      vpn = collectSome(vpn, endVpn, expectedRegions, sink);
      cut |= cutHugePage;
    }
    cutHugePage = cut;
  }

  /**
   * Collects from one span until it ends or {@link #MOST_REGIONS} were found, in one call unless it
   * holds more than the expected number of regions.
   *
   * @return the page at which it ended
   * @throws KernelException EINVAL if the span ends inside a page of hugetlbfs, which the kernel
   *     arms whole or not at all ({@code pagemap_scan_hugetlb_entry})
   */
  long collectSome(long startVpn, long endVpn, int expectedRegions, RegionSink sink) {
    cutHugePage = false;
    found = 0;
    long vpn = startVpn;
    while (vpn < endVpn && found < MOST_REGIONS) {
      long to = reserved.runEnd(vpn, endVpn);
      vpn =
          reserved.has(vpn)
              ? collectReserved(vpn, to, sink)
              : collectArmed(vpn, to, expectedRegions, sink);
    }
    return vpn;
  }

  private long collectReserved(long startVpn, long endVpn, RegionSink sink) {
    calls++;
    found++;
    if (arms()) {
      return reserved.collect(startVpn, endVpn, sink);
    }
    reserved.show(startVpn, endVpn, sink);
    return endVpn;
  }

  private long collectArmed(long startVpn, long endVpn, int expectedRegions, RegionSink sink) {
    long end = Pages.address(endVpn);
    long at = Pages.address(startVpn);
    while (at < end && found < MOST_REGIONS) {
      int room = (int) Math.min(expectedRegions, mostRegions(Pages.count(end - at)));
      int regions = call(at, end, Math.min(room, MOST_REGIONS));
      for (int i = 0; i < regions; i++) {
        sink.add(scan.startVpn(i), scan.endVpn(i), scan.categories(i));
        foundPages += scan.endVpn(i) - scan.startVpn(i);
      }
      if (scan.cutHugePage()) {
        cutHugePage = true;
        cutVpn = scan.cutVpn();
      }
      if (scan.walkEnd() <= at) {
        throw new KernelException(Errno.EINVAL, "PAGEMAP_SCAN of part of a hugetlbfs page");
      }
      at = scan.walkEnd();
      found += regions;
    }
    return Pages.vpn(at);
  }

  /** Pages that all have the same categories lie in every second place at most. */
  private long mostRegions(long pages) {
    return now == Categories.WRITTEN ? (pages + 1) / 2 : pages;
  }

  private boolean arms() {
    return (flags & ScanRequest.WP_MATCHING) != 0;
  }

  private int call(long startAddress, long endAddress, int room) {
    long start = arms() ? costs.startCall() : 0;
    int regions = scan.callOurs(flags, startAddress, endAddress, 0, room);
    if (!scan.passedOver()) {
      costs.endCall(start, Pages.count(scan.walkEnd() - startAddress), regions);
    }
    calls++;
    return regions;
  }

  /**
   * {@return whether the last span that was collected held a part of a written page of hugetlbfs,
   * which was left as it was} Not certain of a span of which more than 512 regions were expected.
   */
  boolean cutHugePage() {
    return cutHugePage;
  }

  /** {@return where the page begins that {@link #cutHugePage} tells of, the last one of several} */
  long cutVpn() {
    return cutVpn;
  }

  /** Throws ESRCH if the process has gone, which a scan does not notice. */
  void requireAlive() {
    pagemap.requireAlive();
  }

  /** {@return how many calls were made since this was last asked} */
  long takeCalls() {
    long made = calls;
    calls = 0;
    return made;
  }

  /** {@return how many written pages were found since this was last asked} */
  long takeFoundPages() {
    long pages = foundPages;
    foundPages = 0;
    return pages;
  }

  /** {@return the memory that the buffers take, in bytes} */
  long memoryBytes() {
    return scan.memoryBytes();
  }
}
