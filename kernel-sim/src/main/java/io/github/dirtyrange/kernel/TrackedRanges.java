package io.github.dirtyrange.kernel;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.StringJoiner;

/**
 * The pages in which changes matter: page ranges, ascending, disjoint and never touching one
 * another. They say where, not what is mapped there: a mapping that comes later inside them belongs
 * to them. A whole process is one range.
 *
 * <p>Immutable. A page is found by binary search, in O(log ranges), and nothing is allocated.
 */
public final class TrackedRanges {

  /**
   * The page after the last that an x86-64 process may map: TASK_SIZE is 2<sup>47</sup> less one
   * page ({@code arch/x86/include/asm/page_64_types.h}). With page tables of five levels there is
   * more, but only for a process that asks for addresses above it.
   */
  public static final long USER_END_VPN = (1L << 35) - 1;

  private static final TrackedRanges ALL = new TrackedRanges(new long[] {0, USER_END_VPN});

  /** Starts and ends in turn, strictly ascending: a page is inside after an odd number of them. */
  private final long[] bounds;

  private final long pages;

  private TrackedRanges(long[] bounds) {
    this.bounds = bounds;
    long sum = 0;
    for (int i = 0; i < bounds.length; i += 2) {
      sum += bounds[i + 1] - bounds[i];
    }
    pages = sum;
  }

  /** {@return one range from page 0 to {@link #USER_END_VPN}: the whole process} */
  public static TrackedRanges allOfUserSpace() {
    return ALL;
  }

  /**
   * {@return these ranges; those that touch become one}
   *
   * @param ranges at least one, ascending and disjoint
   * @throws IllegalArgumentException if there is none, or if they are out of order or overlap
   */
  public static TrackedRanges of(List<PageRange> ranges) {
    if (ranges.isEmpty()) {
      throw new IllegalArgumentException("a change queue needs at least one page range");
    }
    for (int i = 1; i < ranges.size(); i++) {
      if (ranges.get(i).startVpn() < ranges.get(i - 1).endVpn()) {
        throw new IllegalArgumentException("page ranges overlap or are not ascending: " + ranges);
      }
    }
    return new TrackedRanges(joined(ranges));
  }

  /** {@return one range} */
  public static TrackedRanges of(PageRange range) {
    return of(List.of(range));
  }

  private static long[] joined(List<PageRange> ranges) {
    long[] bounds = new long[2 * ranges.size()];
    int size = 0;
    for (PageRange range : ranges) {
      if (size > 0 && bounds[size - 1] == range.startVpn()) {
        size--;
      } else {
        bounds[size++] = range.startVpn();
      }
      bounds[size++] = range.endVpn();
    }
    return Arrays.copyOf(bounds, size);
  }

  /**
   * {@return what is left of these ranges without the excluded ones}
   *
   * @param excluded in any order, overlapping or not, inside these ranges or not
   * @throws IllegalArgumentException if nothing is left
   */
  public TrackedRanges without(List<PageRange> excluded) {
    List<PageRange> sorted = new ArrayList<>(excluded);
    sorted.sort(Comparator.comparingLong(PageRange::startVpn));
    List<PageRange> left = new ArrayList<>();
    long free = 0;
    for (PageRange range : sorted) {
      addClipped(free, range.startVpn(), left);
      free = Math.max(free, range.endVpn());
    }
    addClipped(free, Long.MAX_VALUE, left);
    if (left.isEmpty()) {
      throw new IllegalArgumentException("nothing is left to track: all of " + this + " excluded");
    }
    return new TrackedRanges(joined(left));
  }

  private void addClipped(long startVpn, long endVpn, List<PageRange> list) {
    clip(startVpn, endVpn, (from, to) -> list.add(new PageRange(from, to)));
  }

  /** {@return how many ranges there are, at least 1} */
  public int count() {
    return bounds.length / 2;
  }

  /** {@return how many pages there are in all ranges, mapped or not} */
  public long pages() {
    return pages;
  }

  /** {@return the first page of a range} */
  public long startVpn(int range) {
    return bounds[2 * range];
  }

  /** {@return the page after the last of a range} */
  public long endVpn(int range) {
    return bounds[2 * range + 1];
  }

  /** {@return whether a page is in one of the ranges} */
  public boolean contains(long vpn) {
    return (boundsUpTo(vpn) & 1) != 0;
  }

  /** {@return whether any page of a range, which may be empty, is in one of the ranges} */
  public boolean overlaps(long startVpn, long endVpn) {
    int first = firstEndingAfter(startVpn);
    return first < count() && startVpn(first) < endVpn && startVpn < endVpn;
  }

  /** {@return the index of the range that holds a page, or -1} */
  public int find(long vpn) {
    int place = boundsUpTo(vpn);
    return (place & 1) == 0 ? -1 : place / 2;
  }

  /**
   * {@return the index of the first range that ends after a page; {@link #count} if there is none}
   * For loops that must not allocate a visitor.
   */
  public int firstEndingAfter(long vpn) {
    return boundsUpTo(vpn) / 2;
  }

  /** Hands out the parts of a page range that lie in the ranges, in O(log ranges + parts). */
  public void clip(long startVpn, long endVpn, Visitor visitor) {
    for (int i = firstEndingAfter(startVpn); i < count() && startVpn(i) < endVpn; i++) {
      long from = Math.max(startVpn, startVpn(i));
      long to = Math.min(endVpn, endVpn(i));
      if (from < to) {
        visitor.range(from, to);
      }
    }
  }

  /** {@return the ranges} */
  public List<PageRange> toList() {
    List<PageRange> list = new ArrayList<>(count());
    for (int i = 0; i < count(); i++) {
      list.add(new PageRange(startVpn(i), endVpn(i)));
    }
    return List.copyOf(list);
  }

  /** {@return how many bounds are at a page or before it} */
  private int boundsUpTo(long vpn) {
    int low = 0;
    int high = bounds.length;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (bounds[middle] <= vpn) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof TrackedRanges that && Arrays.equals(bounds, that.bounds);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bounds);
  }

  /** {@return for people: "[0, 5) [8, 9)", shortened after eight ranges} */
  @Override
  public String toString() {
    StringJoiner text = new StringJoiner(" ");
    for (int i = 0; i < Math.min(count(), 8); i++) {
      text.add("[" + startVpn(i) + ", " + endVpn(i) + ")");
    }
    return count() <= 8 ? text.toString() : text + " and " + (count() - 8) + " more";
  }

  /** Receives page ranges in ascending order. */
  @FunctionalInterface
  public interface Visitor {

    /** Takes the pages from the first to before the last; never none. */
    void range(long startVpn, long endVpn);
  }
}
