package io.github.dirtyrange.linux.queue;

import io.github.dirtyrange.kernel.PageRange;
import it.unimi.dsi.fastutil.longs.LongArrayList;
import java.util.Arrays;
import java.util.List;

/** The page ranges in which changes matter, ascending and disjoint; those that touch are one. */
public final class TrackedRanges {

  private final long[] starts;
  private final long[] ends;
  private final long pages;
  private int last;

  /** Tracks ranges that are ascending and disjoint. */
  public TrackedRanges(List<PageRange> ranges) {
    LongArrayList joinedStarts = new LongArrayList();
    LongArrayList joinedEnds = new LongArrayList();
    for (PageRange range : ranges) {
      int before = joinedEnds.size() - 1;
      if (before >= 0 && joinedEnds.getLong(before) == range.startVpn()) {
        joinedEnds.set(before, range.endVpn());
      } else {
        joinedStarts.add(range.startVpn());
        joinedEnds.add(range.endVpn());
      }
    }
    this.starts = joinedStarts.toLongArray();
    this.ends = joinedEnds.toLongArray();
    this.pages = ranges.stream().mapToLong(PageRange::pages).sum();
  }

  /** {@return the number of ranges} */
  int count() {
    return starts.length;
  }

  /** {@return the number of pages in all ranges} */
  long pages() {
    return pages;
  }

  /** {@return the first page of a range} */
  long startVpn(int range) {
    return starts[range];
  }

  /** {@return the page after the last of a range} */
  long endVpn(int range) {
    return ends[range];
  }

  /** {@return the range that holds a page, or -1; O(1) in the range that was found last} */
  public int find(long vpn) {
    if (vpn >= starts[last] && vpn < ends[last]) {
      return last;
    }
    int place = Arrays.binarySearch(starts, vpn);
    int candidate = place >= 0 ? place : -place - 2;
    if (candidate < 0 || vpn >= ends[candidate]) {
      return -1;
    }
    last = candidate;
    return candidate;
  }
}
