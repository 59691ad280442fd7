package io.github.dirtyrange.track;

import it.unimi.dsi.fastutil.longs.LongArrayList;

/** A growing list of page ranges in ascending order; neighbours that touch are one range. */
public final class ChangedPages {

  private final LongArrayList bounds = new LongArrayList();
  private long pages;

  /** Empties the list. */
  public void clear() {
    bounds.clear();
    pages = 0;
  }

  /**
   * Appends a range.
   *
   * @throws IllegalArgumentException if it starts before the end of the last one, or is empty
   */
  public void add(long startVpn, long endVpn) {
    int last = bounds.size() - 1;
    if (endVpn <= startVpn || (last >= 0 && startVpn < bounds.getLong(last))) {
      throw new IllegalArgumentException(
          "range [" + startVpn + ", " + endVpn + ") is empty or out of order");
    }
    pages += endVpn - startVpn;
    if (last >= 0 && bounds.getLong(last) == startVpn) {
      bounds.set(last, endVpn);
      return;
    }
    bounds.add(startVpn);
    bounds.add(endVpn);
  }

  /** Appends every range of another list, under the same condition. */
  public void addAll(ChangedPages other) {
    for (int i = 0; i < other.ranges(); i++) {
      add(other.startVpn(i), other.endVpn(i));
    }
  }

  /** {@return the number of ranges} */
  public int ranges() {
    return bounds.size() / 2;
  }

  /** {@return the number of pages in all ranges} */
  public long pages() {
    return pages;
  }

  /** {@return the first page of a range} */
  public long startVpn(int range) {
    return bounds.getLong(2 * range);
  }

  /** {@return the page after the last of a range} */
  public long endVpn(int range) {
    return bounds.getLong(2 * range + 1);
  }

  /** {@return the bounds as pairs of start and end; the array may be longer than the list} */
  public long[] bounds() {
    return bounds.elements();
  }
}
