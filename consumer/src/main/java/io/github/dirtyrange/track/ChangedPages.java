package io.github.dirtyrange.track;

import io.github.dirtyrange.kernel.Categories;
import io.github.dirtyrange.kernel.ChangeSink;
import it.unimi.dsi.fastutil.longs.LongArrayList;
import java.util.BitSet;

/**
 * What a tracker found in a round, in ascending order: <em>regions</em>, each with the categories
 * that changed and those that hold now, and from them the <em>ranges</em> to copy, in which regions
 * that touch are one.
 *
 * <p>A region is to be copied if a transition in it may have made an old copy stale, and something
 * may be there now. It is gone if nothing is: an old copy of it is void, and there is none to take
 * in its place.
 *
 * <p>Which categories of {@code now} were read at all is said once for the list, since it is the
 * tracker's way of finding pages that decides it. Of a coarse region none was.
 */
public final class ChangedPages implements ChangeSink {

  /** As {@link Categories#CONTENT}, of memory with a file behind it. */
  private static final long FILE_CONTENT = Categories.CONTENT | Categories.PRESENT;

  /** A page has something to copy if it is in memory, in swap, or in a file. */
  private static final long HELD = Categories.PRESENT | Categories.SWAPPED;

  private static final int LONGS = 4;

  private final LongArrayList regions = new LongArrayList();
  private final LongArrayList bounds = new LongArrayList();

  /** The regions whose content is in a file, by index. */
  private final BitSet fileBacked = new BitSet();

  private long known;
  private long pages;

  /** Empties the list; of what comes next, nothing is known but that it changed. */
  public void clear() {
    clear(0);
  }

  /** Empties the list; of what comes next, {@code now} tells these categories. */
  public void clear(long knownCategories) {
    regions.clear();
    bounds.clear();
    fileBacked.clear();
    known = knownCategories;
    pages = 0;
  }

  /**
   * Appends a region of which only that it was written is known.
   *
   * @throws IllegalArgumentException if it starts before the end of the last one, or is empty
   */
  public void add(long startVpn, long endVpn) {
    accept(startVpn, endVpn, Categories.WRITTEN, 0);
  }

  /**
   * Appends a region.
   *
   * @throws IllegalArgumentException if it starts before the end of the last one, or is empty
   */
  @Override
  public void accept(long startVpn, long endVpn, long changed, long now) {
    append(startVpn, endVpn, changed, now);
    if (isToCopy(changed, now)) {
      addRange(startVpn, endVpn);
    }
  }

  /** {@return whether pages of memory without a file are to be copied} */
  private boolean isToCopy(long changed, long now) {
    return (changed & Categories.CONTENT) != 0 && mayHold(changed, now);
  }

  /** {@return whether it matters of a region if there is a file behind it} */
  boolean dependsOnFile(long changed, long now) {
    return !mayHold(changed, now) || (!isToCopy(changed, now) && (changed & FILE_CONTENT) != 0);
  }

  private void append(long startVpn, long endVpn, long changed, long now) {
    int size = regions.size();
    if (endVpn <= startVpn || (size > 0 && startVpn < regions.getLong(size - LONGS + 1))) {
      throw new IllegalArgumentException(
          "range [" + startVpn + ", " + endVpn + ") is empty or out of order");
    }
    regions.add(startVpn);
    regions.add(endVpn);
    regions.add(changed);
    regions.add(now);
  }

  /**
   * Appends a region whose content is in the file behind its mapping: it is never gone, even if the
   * page table holds nothing of it.
   *
   * @throws IllegalArgumentException if it starts before the end of the last one, or is empty
   */
  void acceptFileBacked(long startVpn, long endVpn, long changed, long now) {
    append(startVpn, endVpn, changed, now);
    fileBacked.set(regions() - 1);
    if ((changed & FILE_CONTENT) != 0) {
      addRange(startVpn, endVpn);
    }
  }

  /** Appends a region, or makes the last one longer where they touch and say the same. */
  void appendJoined(long startVpn, long endVpn, long changed, long now, boolean isFileBacked) {
    int last = regions() - 1;
    boolean joins =
        last >= 0
            && regionEnd(last) == startVpn
            && changed(last) == changed
            && now(last) == now
            && isFileBacked(last) == isFileBacked;
    if (!joins) {
      append(startVpn, endVpn, changed, now);
      fileBacked.set(regions() - 1, isFileBacked);
    } else {
      regions.set(last * LONGS + 1, endVpn);
    }
    if (isFileBacked ? (changed & FILE_CONTENT) != 0 : isToCopy(changed, now)) {
      addRange(startVpn, endVpn);
    }
  }

  /** Becomes what another list is. */
  public void set(ChangedPages other) {
    clear(other.known);
    regions.addAll(other.regions);
    bounds.addAll(other.bounds);
    fileBacked.or(other.fileBacked);
    pages = other.pages;
  }

  /** {@return another list that says the same} */
  ChangedPages copy() {
    ChangedPages copy = new ChangedPages();
    copy.set(this);
    return copy;
  }

  private void addRange(long startVpn, long endVpn) {
    pages += endVpn - startVpn;
    int last = bounds.size() - 1;
    if (last >= 0 && bounds.getLong(last) == startVpn) {
      bounds.set(last, endVpn);
      return;
    }
    bounds.add(startVpn);
    bounds.add(endVpn);
  }

  /** Appends every region of another list, under the same condition. */
  public void addAll(ChangedPages other) {
    for (int i = 0; i < other.regions(); i++) {
      other.show(i, other.fileBacked.get(i) ? this::acceptFileBacked : this);
    }
  }

  /** {@return a list of the regions from one on} */
  public ChangedPages from(int region) {
    ChangedPages rest = new ChangedPages();
    rest.clear(known);
    for (int i = region; i < regions(); i++) {
      show(i, fileBacked.get(i) ? rest::acceptFileBacked : rest);
    }
    return rest;
  }

  /** {@return the number of ranges to copy} */
  public int ranges() {
    return bounds.size() / 2;
  }

  /** {@return the number of pages to copy} */
  public long pages() {
    return pages;
  }

  /** {@return the first page of a range to copy} */
  public long startVpn(int range) {
    return bounds.getLong(2 * range);
  }

  /** {@return the page after the last of a range to copy} */
  public long endVpn(int range) {
    return bounds.getLong(2 * range + 1);
  }

  /**
   * {@return the bounds of the ranges to copy as pairs of start and end; the array may be longer
   * than the list}
   */
  public long[] bounds() {
    return bounds.elements();
  }

  /** {@return the number of regions} */
  public int regions() {
    return regions.size() / LONGS;
  }

  /** Shows a region: its pages, what changed, and what holds now as far as it is known. */
  public void show(int region, ChangeSink sink) {
    int at = region * LONGS;
    sink.accept(
        regions.getLong(at),
        regions.getLong(at + 1),
        regions.getLong(at + 2),
        regions.getLong(at + 3));
  }

  /** {@return the categories of a region's {@code now} that were read; the others say nothing} */
  public long known(int region) {
    return knownOf(changed(region));
  }

  /** {@return whether nothing is left of a region that there may be an old copy of} */
  public boolean isGone(int region) {
    return (changed(region) & (Categories.CONTENT | HELD)) != 0
        && !mayHold(changed(region), now(region))
        && !fileBacked.get(region);
  }

  /** {@return the categories of {@code now} that are read, where a region is not coarse} */
  long known() {
    return known;
  }

  boolean isFileBacked(int region) {
    return fileBacked.get(region);
  }

  long regionStart(int region) {
    return regions.getLong(region * LONGS);
  }

  long regionEnd(int region) {
    return regions.getLong(region * LONGS + 1);
  }

  long changed(int region) {
    return regions.getLong(region * LONGS + 2);
  }

  long now(int region) {
    return regions.getLong(region * LONGS + 3);
  }

  private long knownOf(long changed) {
    return (changed & Categories.COARSE) == 0 ? known : 0;
  }

  /** {@return whether the page table may hold something of such a region} */
  boolean mayHold(long changed, long now) {
    return (now & HELD) != 0 || (knownOf(changed) & HELD) != HELD;
  }
}
