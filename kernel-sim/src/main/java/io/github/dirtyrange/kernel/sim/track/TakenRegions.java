package io.github.dirtyrange.kernel.sim.track;

import io.github.dirtyrange.interval.RegionVisitor;
import io.github.dirtyrange.kernel.TrackedRanges;
import it.unimi.dsi.fastutil.longs.LongArrayList;

/** What a drain took out of the queue and has not handed out yet, in ascending order. */
final class TakenRegions {

  private static final int LONGS = 3;

  private final LongArrayList longs = new LongArrayList();
  private final TrackedRanges ranges;
  private int next;

  /** Makes an empty list of regions in these ranges. */
  TakenRegions(TrackedRanges ranges) {
    this.ranges = ranges;
  }

  /** Appends the parts of a region that lie in the tracked ranges. */
  void add(long startVpn, long endVpn, long changed) {
    for (int i = ranges.firstEndingAfter(startVpn);
        i < ranges.count() && ranges.startVpn(i) < endVpn;
        i++) {
      longs.add(Math.max(startVpn, ranges.startVpn(i)));
      longs.add(Math.min(endVpn, ranges.endVpn(i)));
      longs.add(changed);
    }
  }

  /** {@return a list of its own of what is left} */
  TakenRegions copy() {
    TakenRegions copy = new TakenRegions(ranges);
    copy.longs.addElements(0, longs.elements(), next, longs.size() - next);
    return copy;
  }

  /** {@return how many regions are left} */
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
    return longs.getLong(next + 1);
  }

  long changed() {
    return longs.getLong(next + 2);
  }

  /** Takes the first region's pages before a page out of the list. */
  void removeUntil(long vpn) {
    if (vpn < endVpn()) {
      longs.set(next, vpn);
      return;
    }
    next += LONGS;
    if (isEmpty()) {
      clear();
    }
  }

  /** Shows what is left. */
  void forEach(RegionVisitor visitor) {
    for (int i = next; i < longs.size(); i += LONGS) {
      visitor.visit(longs.getLong(i), longs.getLong(i + 1), longs.getLong(i + 2));
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
