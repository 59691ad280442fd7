package io.github.dirtyrange.track;

import java.util.Arrays;
import java.util.function.IntToLongFunction;

/** Sets of pages as ascending ranges: made from page numbers, joined, and compared. */
public final class PageSets {

  private PageSets() {}

  /**
   * {@return the set of {@code indexes[0..count)}, counted from {@code baseVpn}; repeats count
   * once} Sorts that part of the array.
   */
  public static ChangedPages of(int[] indexes, int count, long baseVpn) {
    return of(indexes, count, index -> baseVpn + index);
  }

  /**
   * {@return the set of the pages of {@code indexes[0..count)}; repeats count once} Sorts that part
   * of the array.
   *
   * @param vpn a page's number by its index, ascending with it
   */
  public static ChangedPages of(int[] indexes, int count, IntToLongFunction vpn) {
    Arrays.sort(indexes, 0, count);
    ChangedPages pages = new ChangedPages();
    int at = 0;
    while (at < count) {
      long start = vpn.applyAsLong(indexes[at]);
      long end = start + 1;
      while (++at < count && vpn.applyAsLong(indexes[at]) <= end) {
        end = vpn.applyAsLong(indexes[at]) + 1;
      }
      pages.add(start, end);
    }
    return pages;
  }

  /** {@return the pages that are in either set} */
  public static ChangedPages union(ChangedPages a, ChangedPages b) {
    ChangedPages union = new ChangedPages();
    int i = 0;
    int j = 0;
    long done = 0;
    while (i < a.ranges() || j < b.ranges()) {
      boolean fromA = j == b.ranges() || (i < a.ranges() && a.startVpn(i) <= b.startVpn(j));
      long start = Math.max(done, fromA ? a.startVpn(i) : b.startVpn(j));
      long end = fromA ? a.endVpn(i++) : b.endVpn(j++);
      if (start < end) {
        union.add(start, end);
        done = end;
      }
    }
    return union;
  }

  /** {@return the pages that are in the first set and not in the second} */
  public static ChangedPages without(ChangedPages a, ChangedPages b) {
    ChangedPages rest = new ChangedPages();
    int j = 0;
    for (int i = 0; i < a.ranges(); i++) {
      long at = a.startVpn(i);
      while (at < a.endVpn(i)) {
        while (j < b.ranges() && b.endVpn(j) <= at) {
          j++;
        }
        long end = j < b.ranges() ? Math.min(b.startVpn(j), a.endVpn(i)) : a.endVpn(i);
        if (at < end) {
          rest.add(at, end);
        }
        at = j < b.ranges() ? Math.max(end, Math.min(b.endVpn(j), a.endVpn(i))) : end;
      }
    }
    return rest;
  }

  /** {@return the pages that are in both sets} */
  public static ChangedPages intersection(ChangedPages a, ChangedPages b) {
    ChangedPages both = new ChangedPages();
    int i = 0;
    int j = 0;
    while (i < a.ranges() && j < b.ranges()) {
      long start = Math.max(a.startVpn(i), b.startVpn(j));
      long end = Math.min(a.endVpn(i), b.endVpn(j));
      if (start < end) {
        both.add(start, end);
      }
      if (a.endVpn(i) < b.endVpn(j)) {
        i++;
      } else {
        j++;
      }
    }
    return both;
  }

  /** {@return how many pages are in both sets} */
  public static long common(ChangedPages a, ChangedPages b) {
    long common = 0;
    int i = 0;
    int j = 0;
    while (i < a.ranges() && j < b.ranges()) {
      long start = Math.max(a.startVpn(i), b.startVpn(j));
      long end = Math.min(a.endVpn(i), b.endVpn(j));
      common += Math.max(0, end - start);
      if (a.endVpn(i) < b.endVpn(j)) {
        i++;
      } else {
        j++;
      }
    }
    return common;
  }
}
