package io.github.dirtyrange.kernel.sim.track;

import io.github.dirtyrange.kernel.PageRegionBuffer;

/**
 * The output side of one PAGEMAP_SCAN: joins pages into regions, and enforces the limits of pages
 * and of regions. {@code pagemap_scan_output} and {@code pagemap_scan_push_range}, {@code
 * fs/proc/task_mmu.c}.
 */
final class ScanOutput {

  /** Linux collects regions in a buffer of this many, and copies it out when it is full. */
  private static final int BOUNCE_REGIONS = 512;

  private static final long UNSET = -1;

  private final PageRegionBuffer regions;
  private final long returnMask;
  private final boolean keepsStaleWalkEnd;
  private long pagesLeft;
  private long walkEndVpn = UNSET;

  /** The region being extended; empty when the two are equal. */
  private long startVpn;

  private long endVpn;
  private long categories;

  /**
   * Starts an output into an empty buffer.
   *
   * @param maxPages 0 means no limit
   */
  ScanOutput(PageRegionBuffer regions, long maxPages, long returnMask, boolean keepsStaleWalkEnd) {
    this.regions = regions;
    this.returnMask = returnMask;
    this.keepsStaleWalkEnd = keepsStaleWalkEnd;
    pagesLeft = maxPages == 0 ? -1L : maxPages;
  }

  /** {@return whether the scan asked for no output at all} */
  boolean isAbsent() {
    return regions.capacity() == 0;
  }

  /**
   * Outputs a range of pages as far as the limits allow.
   *
   * @return the page after the last that was output; short of {@code toVpn}, the walk must stop
   */
  long add(long fromVpn, long toVpn, long rawCategories) {
    if (isAbsent()) {
      return toVpn;
    }
    long fits = Long.compareUnsigned(toVpn - fromVpn, pagesLeft) <= 0 ? toVpn : fromVpn + pagesLeft;
    long end = fits > fromVpn && push(fromVpn, fits, rawCategories & returnMask) ? fits : fromVpn;
    pagesLeft -= end - fromVpn;
    if (end < toVpn) {
      walkEndVpn = end;
    }
    return end;
  }

  private boolean push(long fromVpn, long toVpn, long masked) {
    if (fromVpn == endVpn && masked == categories && startVpn != endVpn) {
      endVpn = toVpn;
      return true;
    }
    flush();
    if (regions.size() == regions.capacity()) {
      return false;
    }
    if (keepsStaleWalkEnd && regions.size() > 0 && regions.size() % BOUNCE_REGIONS == 0) {
      walkEndVpn = fromVpn;
    }
    startVpn = fromVpn;
    endVpn = toVpn;
    categories = masked;
    return true;
  }

  /**
   * Takes back what was output from a page on, but not that the walk was to end there: {@code
   * pagemap_scan_backout_range}.
   */
  void backOut(long fromVpn) {
    if (!isAbsent()) {
      pagesLeft += endVpn - fromVpn;
      endVpn = fromVpn;
    }
  }

  /** Takes back what was output from a page on, and says that the walk ended there. */
  void endAt(long fromVpn) {
    backOut(fromVpn);
    walkEndVpn = fromVpn;
  }

  /** Puts the region being extended into the buffer. */
  void flush() {
    if (startVpn != endVpn) {
      regions.add(startVpn, endVpn, categories);
      startVpn = endVpn;
    }
  }

  /** {@return how many regions were put into the buffer} */
  int regions() {
    return regions.size();
  }

  /** {@return where the walk ended, given where a complete one ends} */
  long walkEndVpn(long completeVpn) {
    return walkEndVpn == UNSET ? completeVpn : walkEndVpn;
  }
}
