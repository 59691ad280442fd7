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
    TreeIntervalMap pages = new TreeIntervalMap();
    for (int i = 0; i < startsAndEnds.length; i += 2) {
      pages.add(startsAndEnds[i], startsAndEnds[i + 1], 1);
    }
    return of(pages);
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
