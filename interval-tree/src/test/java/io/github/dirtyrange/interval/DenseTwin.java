package io.github.dirtyrange.interval;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** One mask per page in a plain array: too slow to use and too simple to be wrong. */
final class DenseTwin {

  private final long basePage;
  private final long[] masks;

  /** Covers {@code pages} pages from {@code basePage} on. */
  DenseTwin(long basePage, int pages) {
    this.basePage = basePage;
    this.masks = new long[pages];
  }

  void add(long start, long end, long mask) {
    for (long vpn = start; vpn < end; vpn++) {
      masks[index(vpn)] |= mask;
    }
  }

  void remove(long start, long end) {
    removeBits(start, end, -1);
  }

  void removeBits(long start, long end, long mask) {
    for (long vpn = start; vpn < end; vpn++) {
      masks[index(vpn)] &= ~mask;
    }
  }

  long get(long vpn) {
    return masks[index(vpn)];
  }

  void clear() {
    Arrays.fill(masks, 0);
  }

  long pageCount() {
    return Arrays.stream(masks).filter(mask -> mask != 0).count();
  }

  /** The regions of a range, as long as they can be. */
  List<Region> regions(long start, long end) {
    List<Region> regions = new ArrayList<>();
    long from = start;
    for (long vpn = start + 1; vpn <= end; vpn++) {
      if (vpn == end || get(vpn) != get(from)) {
        if (get(from) != 0) {
          regions.add(new Region(from, vpn, get(from)));
        }
        from = vpn;
      }
    }
    return regions;
  }

  List<Region> regions() {
    return regions(basePage, basePage + masks.length);
  }

  private int index(long vpn) {
    return Math.toIntExact(vpn - basePage);
  }
}
