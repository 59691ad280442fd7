package io.github.dirtyrange.lab;

import io.github.dirtyrange.track.ChangedPages;
import java.util.Arrays;

/** Sets of pages as ascending ranges: made from page numbers, joined, and compared. */
final class PageSets {

  private PageSets() {}

  /**
   * {@return the set of {@code indexes[0..count)}, counted from {@code baseVpn}; repeats count
   * once} Sorts that part of the array.
   */
  static ChangedPages of(int[] indexes, int count, long baseVpn) {
    Arrays.sort(indexes, 0, count);
    ChangedPages pages = new ChangedPages();
    int at = 0;
    while (at < count) {
      int start = indexes[at];
      int end = start + 1;
      while (++at < count && indexes[at] <= end) {
        end = indexes[at] + 1;
      }
      pages.add(baseVpn + start, baseVpn + end);
    }
    return pages;
  }

  /** {@return the pages that are in either set} */
  static ChangedPages union(ChangedPages a, ChangedPages b) {
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

  /** {@return how many pages are in both sets} */
  static long common(ChangedPages a, ChangedPages b) {
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
