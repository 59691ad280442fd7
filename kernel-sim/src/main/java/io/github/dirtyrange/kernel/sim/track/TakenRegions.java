package io.github.dirtyrange.kernel.sim.track;

import io.github.dirtyrange.interval.RegionVisitor;
import io.github.dirtyrange.kernel.TrackedRanges;
import it.unimi.dsi.fastutil.longs.LongArrayList;

/**
 * What a drain took out of the queue and has not handed out yet, in ascending order. Regions are
 * kept as they were taken, and cut to the tracked ranges as they are looked at: one that had to be
 * coarse may span thousands of ranges, and takes the memory of one.
 */
final class TakenRegions {

  private static final int LONGS = 3;

  private final LongArrayList longs = new LongArrayList();
  private final TrackedRanges ranges;
  private int next;

  /** The tracked range in which the first region begins. */
  private int range;

  /** Makes an empty list of regions in these ranges, which ascend. */
  TakenRegions(TrackedRanges ranges) {
    this.ranges = ranges;
  }

  /** Appends the parts of a region that lie in the tracked ranges. */
  void add(long startVpn, long endVpn, long changed) {
    longs.add(startVpn);
    longs.add(endVpn);
    longs.add(changed);
    if (longs.size() - next == LONGS) {
      settle();
    }
  }

  /** {@return a list of its own of what is left} */
  TakenRegions copy() {
    TakenRegions copy = new TakenRegions(ranges);
    copy.longs.addElements(0, longs.elements(), next, longs.size() - next);
    copy.range = range;
    return copy;
  }

  /** {@return how many regions are left, as they were taken} */
  int size() {
    return (longs.size() - next) / LONGS;
  }

  boolean isEmpty() {
    return next == longs.size();
  }

  /** {@return the first page of the first region} */
  long startVpn() {
    return longs.getLong(next);
  }

  long endVpn() {
    return Math.min(longs.getLong(next + 1), ranges.endVpn(range));
  }

  long changed() {
    return longs.getLong(next + 2);
  }

  /** Takes the first region's pages before a page out of the list. */
  void removeUntil(long vpn) {
    longs.set(next, vpn);
    settle();
  }

  /** Lets the list begin at a page that is tracked. */
  private void settle() {
    while (!isEmpty()) {
      long start = startVpn();
      long end = longs.getLong(next + 1);
      if (start < end) {
        range = ranges.firstEndingAfter(start);
        long from = range == ranges.count() ? end : Math.max(start, ranges.startVpn(range));
        if (from < end) {
          longs.set(next, from);
          return;
        }
      }
      next += LONGS;
    }
    clear();
  }

  /** Shows what is left. */
  void forEach(RegionVisitor visitor) {
    for (TakenRegions left = copy(); !left.isEmpty(); left.removeUntil(left.endVpn())) {
      visitor.visit(left.startVpn(), left.endVpn(), left.changed());
    }
  }

  void clear() {
    longs.clear();
    next = 0;
  }

  long memoryBytes() {
    return (long) Long.BYTES * longs.elements().length;
  }
}
