package io.github.dirtyrange.kernel.sim.track;

import io.github.dirtyrange.interval.RegionVisitor;
import io.github.dirtyrange.kernel.TrackedRanges;
import io.github.dirtyrange.kernel.sim.queue.TakenInPlace;
import it.unimi.dsi.fastutil.longs.LongArrayList;
import org.jspecify.annotations.Nullable;

/**
 * What a drain took out of the queue and has not handed out yet, in ascending order.
 *
 * <p>Regions are kept as the queue gave them, and only handed out in parts that lie in the tracked
 * ranges: a coarse region over thousands of ranges takes the memory of one (law L6). Of a queue
 * that leaves them in its place, a few are here, and more follow when those were handed out.
 */
final class TakenRegions {

  private static final int LONGS = 3;

  /** Of each region its first tracked page, the page after its last tracked one, its mask. */
  private final LongArrayList longs = new LongArrayList();

  private final TrackedRanges ranges;
  private int next;

  /** Where those behind the ones here still are; null if all are here. */
  private @Nullable TakenInPlace inPlace;

  /** The page after the last of the first part. */
  private long partEnd;

  /** Makes an empty list of regions in these ranges. */
  TakenRegions(TrackedRanges ranges) {
    this.ranges = ranges;
  }

  /** Makes the list, which is empty, one of all that a walk comes to. */
  void follow(TakenInPlace walk) {
    inPlace = walk;
    fetch();
  }

  private void fetch() {
    while (inPlace != null && isEmpty() && !inPlace.isAtEnd()) {
      inPlace.next(this::add);
    }
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
    if (inPlace != null) {
      empty();
      inPlace.goBackTo(startVpn);
      fetch();
      return;
    }
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
    if (inPlace != null) {
      inPlace.forEachLeft(copy::add);
    }
    return copy;
  }

  /** {@return how many regions are left here, as the queue gave them} */
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
      empty();
      fetch();
    } else {
      beginPart();
    }
  }

  /** Shows what is left, in parts. */
  void forEach(RegionVisitor visitor) {
    for (int i = next; i < longs.size(); i += LONGS) {
      showParts(longs.getLong(i), longs.getLong(i + 1), longs.getLong(i + 2), visitor);
    }
    if (inPlace != null) {
      inPlace.forEachLeft((start, end, changed) -> showParts(start, end, changed, visitor));
    }
  }

  private void showParts(long startVpn, long endVpn, long changed, RegionVisitor visitor) {
    ranges.clip(startVpn, endVpn, (from, to) -> visitor.visit(from, to, changed));
  }

  /** Forgets all that is left. */
  void clear() {
    inPlace = null;
    empty();
  }

  private void empty() {
    longs.clear();
    next = 0;
  }

  long memoryBytes() {
    return (long) Long.BYTES * longs.elements().length;
  }
}
