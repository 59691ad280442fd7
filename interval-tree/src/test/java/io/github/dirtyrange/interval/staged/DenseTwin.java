package io.github.dirtyrange.interval.staged;

import io.github.dirtyrange.interval.MaskedRange;
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
    for (int i = index(start); i < index(end); i++) {
      masks[i] |= mask;
    }
  }

  void removeBits(long start, long end, long mask) {
    for (int i = index(start); i < index(end); i++) {
      masks[i] &= ~mask;
    }
  }

  void replace(long start, long end, long mask) {
    Arrays.fill(masks, index(start), index(end), mask);
  }

  void move(long from, long to, long pages) {
    int count = (int) pages;
    long[] carried = Arrays.copyOfRange(masks, index(from), index(from) + count);
    Arrays.fill(masks, index(from), index(from) + count, 0);
    System.arraycopy(carried, 0, masks, index(to), count);
  }

  /** Keeps only the pages inside, or only those outside, of a range. */
  void keep(boolean inside, long start, long end) {
    for (int i = 0; i < masks.length; i++) {
      boolean isInside = i >= index(start) && i < index(end);
      masks[i] = isInside == inside ? masks[i] : 0;
    }
  }

  void clear() {
    Arrays.fill(masks, 0);
  }

  long get(long vpn) {
    return masks[index(vpn)];
  }

  /** The regions of a range, as long as they can be. */
  List<MaskedRange> regions(long start, long end) {
    List<MaskedRange> regions = new ArrayList<>();
    long from = start;
    for (long vpn = start + 1; vpn <= end; vpn++) {
      if (vpn == end || get(vpn) != get(from)) {
        if (get(from) != 0) {
          regions.add(new MaskedRange(from, vpn, get(from)));
        }
        from = vpn;
      }
    }
    return regions;
  }

  List<MaskedRange> regions() {
    return regions(basePage, basePage + masks.length);
  }

  private int index(long vpn) {
    return Math.toIntExact(vpn - basePage);
  }
}
