package io.github.dirtyrange.kernel.sim.track;

import io.github.dirtyrange.interval.RegionVisitor;
import io.github.dirtyrange.kernel.TrackedRanges;
import it.unimi.dsi.fastutil.longs.LongArrayList;

/**
 * What a drain took out of the queue and has not handed out yet, in ascending order.
 *
 * <p>Regions are kept as the queue gave them, and only handed out in parts that lie in the tracked
 * ranges: a coarse region over thousands of ranges takes the memory of one (law L6).
 */
final class TakenRegions {

  private static final int LONGS = 3;

  /** Of each region its first tracked page, the page after its last tracked one, its mask. */
  private final LongArrayList longs = new LongArrayList();

  private final TrackedRanges ranges;
  private int next;

  /** The page after the last of the first part. */
  private long partEnd;

  /** Makes an empty list of regions in these ranges. */
  TakenRegions(TrackedRanges ranges) {
    this.ranges = ranges;
  }

  /** Appends a region, which may reach beyond the tracked ranges. */
  void add(long startVpn, long endVpn, long changed) {
    int first = ranges.firstEndingAfter(startVpn);
    if (first == ranges.count() || ranges.startVpn(first) >= endVpn) {
      return;
    }
    int last = ranges.firstEndingAfter(endVpn - 1);
    boolean endsInside = last < ranges.count() && ranges.startVpn(last) < endVpn;
    longs.add(Math.max(startVpn, ranges.startVpn(first)));
    longs.add(endsInside ? endVpn : ranges.endVpn(last - 1));
    longs.add(changed);
    if (longs.size() - next == LONGS) {
      beginPart();
    }
  }

  /**
   * Puts pages back in front of all others: what was taken out last comes first. Joins what is one
   * region to the queue, so that the list is never longer than it was.
   */
  void putBack(long startVpn, long endVpn, long changed) {
    if (!isEmpty()
        && changed == changed()
        && !ranges.overlaps(/* startVpn= */ endVpn, /* endVpn= */ startVpn())) {
      longs.set(next, startVpn);
    } else {
      makeRoomInFront();
      longs.set(next, startVpn);
      longs.set(next + 1, endVpn);
      longs.set(next + 2, changed);
    }
    beginPart();
  }

  private void makeRoomInFront() {
    if (next == 0) {
      longs.addElements(0, new long[LONGS]);
    } else {
      next -= LONGS;
    }
  }

  private void beginPart() {
    partEnd = Math.min(longs.getLong(next + 1), ranges.endVpn(ranges.find(startVpn())));
  }

  /** {@return a list of its own of what is left} */
  TakenRegions copy() {
    TakenRegions copy = new TakenRegions(ranges);
    copy.longs.addElements(0, longs.elements(), next, longs.size() - next);
    copy.partEnd = partEnd;
    return copy;
  }

  /** {@return how many regions are left, as the queue gave them} */
  int size() {
    return (longs.size() - next) / LONGS;
  }

  boolean isEmpty() {
    return next == longs.size();
  }

  /** {@return the first page of the first part} */
  long startVpn() {
    return longs.getLong(next);
  }

  /** {@return the page after the last of the first part} */
  long endVpn() {
    return partEnd;
  }

  /** {@return what changed in the first part} */
  long changed() {
    return longs.getLong(next + 2);
  }

  /** Takes the first part's pages before a page out of the list. */
  void removeUntil(long vpn) {
    if (vpn < partEnd) {
      longs.set(next, vpn);
      return;
    }
    if (partEnd < longs.getLong(next + 1)) {
      longs.set(next, ranges.startVpn(ranges.firstEndingAfter(partEnd)));
    } else {
      next += LONGS;
    }
    if (isEmpty()) {
      clear();
    } else {
      beginPart();
    }
  }

  /** Shows what is left, in parts. */
  void forEach(RegionVisitor visitor) {
    for (int i = next; i < longs.size(); i += LONGS) {
      long changed = longs.getLong(i + 2);
      ranges.clip(
          longs.getLong(i), longs.getLong(i + 1), (from, to) -> visitor.visit(from, to, changed));
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
