package io.github.dirtyrange.interval;

import it.unimi.dsi.fastutil.longs.LongArrayList;
import java.util.Arrays;

/** An immutable list of page ranges: ascending, not empty, neither overlapping nor touching. */
public final class PageRanges {

  /** Start, end, start, end, ... */
  private final long[] edges;

  private PageRanges(long[] edges) {
    this.edges = edges;
  }

  /**
   * {@return the pages of any ranges, given as start, end, start, end, … in any order}
   *
   * @throws IllegalArgumentException if the numbers are not pairs, or a range is empty or outside
   */
  public static PageRanges of(long... startsAndEnds) {
    if (startsAndEnds.length % 2 != 0) {
      throw new IllegalArgumentException(
          "page ranges come as pairs, not as " + startsAndEnds.length + " numbers");
    }
    int count = startsAndEnds.length / 2;
    long[] starts = new long[count];
    long[] ends = new long[count];
    for (int i = 0; i < count; i++) {
      starts[i] = startsAndEnds[2 * i];
      ends[i] = startsAndEnds[2 * i + 1];
      PageChecks.checkRange(starts[i], ends[i]);
    }
    return union(starts, ends);
  }

  /** {@return the pages that a map holds, whatever their masks} */
  public static PageRanges of(PageIntervalMap map) {
    LongArrayList edges = new LongArrayList();
    map.forEach(
        (start, end, mask) -> {
          if (!edges.isEmpty() && edges.getLong(edges.size() - 1) == start) {
            edges.set(edges.size() - 1, end);
          } else {
            edges.add(start);
            edges.add(end);
          }
        });
    return new PageRanges(edges.toLongArray());
  }

  /**
   * Sorts starts and ends apart: where as many ranges have ended as have begun, and the next begins
   * later, there is a gap.
   */
  private static PageRanges union(long[] starts, long[] ends) {
    Arrays.sort(starts);
    Arrays.sort(ends);
    LongArrayList edges = new LongArrayList();
    for (int i = 0; i < starts.length; i++) {
      if (i == 0 || starts[i] > ends[i - 1]) {
        edges.add(starts[i]);
      }
      if (i + 1 == ends.length || starts[i + 1] > ends[i]) {
        edges.add(ends[i]);
      }
    }
    return new PageRanges(edges.toLongArray());
  }

  /** {@return the number of ranges} */
  public int size() {
    return edges.length / 2;
  }

  /** Visits every range in order. */
  public void forEach(RangeVisitor visitor) {
    for (int i = 0; i < edges.length; i += 2) {
      visitor.visit(edges[i], edges[i + 1]);
    }
  }

  /** Visits every range between, before and after these ones, in the whole space of pages. */
  public void forEachGap(RangeVisitor visitor) {
    long from = 0;
    for (int i = 0; i < edges.length; i += 2) {
      if (from < edges[i]) {
        visitor.visit(from, edges[i]);
      }
      from = edges[i + 1];
    }
    if (from < PageIntervalMap.MAX_VPN) {
      visitor.visit(from, PageIntervalMap.MAX_VPN);
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof PageRanges ranges && Arrays.equals(edges, ranges.edges);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(edges);
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder("[");
    forEach((start, end) -> text.append(start).append("..").append(end).append(' '));
    return text.toString().trim() + "]";
  }
}
