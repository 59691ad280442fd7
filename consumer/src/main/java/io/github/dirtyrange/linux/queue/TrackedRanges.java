package io.github.dirtyrange.linux.queue;

import io.github.dirtyrange.kernel.PageRange;
import java.util.Arrays;
import java.util.List;

/**
 * The page ranges in which changes matter, ascending and disjoint, each with how many pages one
 * fault in it may make written: 1, or those of a huge page.
 */
public final class TrackedRanges {

  private final long[] starts;
  private final long[] ends;
  private final long[] pagesPerFault;
  private final long pages;
  private int last;

  /**
   * Tracks the ranges.
   *
   * @param pagesPerFault for each range, a power of two
   */
  public TrackedRanges(List<PageRange> ranges, long[] pagesPerFault) {
    this.starts = ranges.stream().mapToLong(PageRange::startVpn).toArray();
    this.ends = ranges.stream().mapToLong(PageRange::endVpn).toArray();
    this.pagesPerFault = pagesPerFault.clone();
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

  /** {@return the page of a place among all tracked pages; O(ranges)} */
  long pageAt(long place) {
    long left = place;
    int range = 0;
    for (; left >= ends[range] - starts[range]; range++) {
      left -= ends[range] - starts[range];
    }
    return starts[range] + left;
  }

  /** {@return the most pages that one fault in a range may make written} */
  long pagesPerFault(int range) {
    return pagesPerFault[range];
  }

  /** {@return the range that holds a page, or -1; O(1) in the range that was found last} */
  int find(long vpn) {
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

  /** {@return the first page that a fault at a page of a range may have made written} */
  long faultStart(int range, long vpn) {
    return Math.max(starts[range], vpn & -pagesPerFault[range]);
  }

  /** {@return the page after the last that a fault at a page of a range may have made written} */
  long faultEnd(int range, long vpn) {
    long size = pagesPerFault[range];
    return Math.min(ends[range], (vpn & -size) + size);
  }
}
