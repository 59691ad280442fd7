package io.github.dirtyrange.store;

import io.github.dirtyrange.saved.PageClass;
import it.unimi.dsi.fastutil.ints.IntArrayList;
import it.unimi.dsi.fastutil.longs.LongArrayList;

/** Ranges of pages in ascending order, in columns: 28 bytes a range. */
final class RangeTable {

  private static final int BYTE = 0xff;

  private final LongArrayList starts = new LongArrayList();
  private final LongArrayList ends = new LongArrayList();
  private final LongArrayList pageIndexes = new LongArrayList();

  /** Class in the lowest byte, and what goes with it above: a reason, or a source's place. */
  private final IntArrayList kinds = new IntArrayList();

  int size() {
    return starts.size();
  }

  long start(int range) {
    return starts.getLong(range);
  }

  long end(int range) {
    return ends.getLong(range);
  }

  long pageIndex(int range) {
    return pageIndexes.getLong(range);
  }

  PageClass pageClass(int range) {
    return PageClass.of(kinds.getInt(range) & BYTE).orElseThrow();
  }

  /** {@return of {@link PageClass#SAME} the source's place, of {@link PageClass#UNREAD} why} */
  int detail(int range) {
    return kinds.getInt(range) >>> Byte.SIZE;
  }

  void add(long start, long end, PageClass pageClass, int detail, long pageIndex) {
    starts.add(start);
    ends.add(end);
    kinds.add(pageClass.code() | detail << Byte.SIZE);
    pageIndexes.add(pageIndex);
  }

  /** {@return whether such a range, behind the last one, would be one with it} */
  boolean joins(long start, PageClass pageClass, int detail, long pageIndex) {
    int last = size() - 1;
    if (last < 0 || end(last) != start) {
      return false;
    }
    if (pageClass(last) != pageClass || detail(last) != detail) {
      return false;
    }
    boolean placed = pageClass == PageClass.DATA || pageClass == PageClass.SAME;
    return !placed || pageIndex == pageIndex(last) + end(last) - start(last);
  }

  /** Makes the last range longer. */
  void extend(long end) {
    ends.set(size() - 1, end);
  }

  /** {@return which range has a page, or -1}; logarithmic in the ranges. */
  int find(long vpn) {
    int low = 0;
    int high = size() - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      if (end(middle) <= vpn) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return low < size() && start(low) <= vpn ? low : -1;
  }

  /** {@return the first page of some that no range has, or their end} */
  long firstHole(long start, long end) {
    long at = start;
    int range = find(at);
    while (range >= 0 && range < size() && at < end && start(range) <= at) {
      at = end(range);
      range++;
    }
    return Math.min(at, end);
  }
}
