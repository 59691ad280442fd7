package io.github.dirtyrange.linux.queue;

import io.github.dirtyrange.interval.PageIntervalMap;
import io.github.dirtyrange.interval.staged.IntervalMaps;
import io.github.dirtyrange.kernel.Categories;
import io.github.dirtyrange.kernel.ChangeSink;
import it.unimi.dsi.fastutil.longs.LongArrayList;

/**
 * Regions that a drain has found, and armed again, and that the reader has not taken yet (law L10):
 * a region leaves when the reader's sink has returned. They are kept in ascending order, those that
 * touch as one (law L3).
 */
final class OwedRegions implements RegionSink {

  private static final int LONGS = 3;

  /**
   * Where {@code now} lies in what is told of a region, above all that {@code changed} may have.
   */
  private static final int NOW_SHIFT = 40;

  private static final long CHANGED = (1L << NOW_SHIFT) - 1;

  private final LongArrayList longs = new LongArrayList();
  private int next;
  private long delivered;
  private int markedSize;
  private long markedEnd;

  @Override
  public void add(long startVpn, long endVpn, long now) {
    addPacked(startVpn, endVpn, written(now));
  }

  /** Remembers what is owed now. */
  void mark() {
    markedSize = longs.size();
    markedEnd = markedSize == 0 ? 0 : longs.getLong(markedSize - 2);
  }

  /** Forgets what was added behind what was owed at the mark. */
  void returnToMark() {
    longs.size(markedSize);
    if (markedSize > 0) {
      longs.set(markedSize - 2, markedEnd);
    }
  }

  /** {@return {@code changed} and {@code now} of a written region, packed into one number} */
  static long written(long now) {
    return Categories.WRITTEN | now << NOW_SHIFT;
  }

  /** {@return the same of a region of which these categories hold, too} */
  static long withNow(long packed, long categories) {
    return packed | categories << NOW_SHIFT;
  }

  /** {@return the same of a region of which it is not said whether these categories hold} */
  static long withoutNow(long packed, long categories) {
    return packed & ~(categories << NOW_SHIFT);
  }

  /** Adds a region behind all others; what it shares with the last one is owed already. */
  private void addPacked(long startVpn, long endVpn, long anyPacked) {
    long packed = canonical(anyPacked);
    int last = longs.size() - LONGS;
    long start = last >= next ? Math.max(startVpn, longs.getLong(last + 1)) : startVpn;
    if (start >= endVpn) {
      return;
    }
    if (last >= next && start == longs.getLong(last + 1) && packed == longs.getLong(last + 2)) {
      longs.set(last + 1, endVpn);
      return;
    }
    longs.add(start);
    longs.add(endVpn);
    longs.add(packed);
  }

  /** A coarse region carries no present state (law L8), so that those that touch are one (L3). */
  private static long canonical(long packed) {
    return (packed & Categories.COARSE) == 0 ? packed : packed & CHANGED;
  }

  /**
   * Adds regions that were found before, anywhere among the others. Of a page that was found again
   * since, {@code now} is what was seen the last time.
   */
  void merge(PageIntervalMap older) {
    PageIntervalMap all = IntervalMaps.create();
    moveTo(all);
    PageIntervalMap more = IntervalMaps.create();
    older.forEach(
        (start, end, packed) -> {
          all.forEach(start, end, (from, to, younger) -> more.add(from, to, packed & CHANGED));
          all.forEachGap(start, end, (from, to) -> more.add(from, to, packed));
        });
    all.addAll(more);
    takeFrom(all);
  }

  /** Takes all regions of a map, behind those that are here. */
  void takeFrom(PageIntervalMap map) {
    map.drain(this::addPacked);
  }

  /** Moves all regions into a map. */
  void moveTo(PageIntervalMap map) {
    forEach(map::add);
    clear();
  }

  boolean isEmpty() {
    return next == longs.size();
  }

  private void clear() {
    longs.clear();
    next = 0;
  }

  /**
   * Hands out regions for as long as the reader has room.
   *
   * @param whole whether nothing will be added any more; if not, the last region stays, as what is
   *     added next may touch it
   */
  void deliver(Reader reader, boolean whole) {
    longs.removeElements(0, next);
    next = 0;
    int end = longs.size() - (whole ? 0 : LONGS);
    while (next < end && reader.hasRoom()) {
      show(next, reader);
      delivered += longs.getLong(next + 1) - longs.getLong(next);
      next += LONGS;
    }
  }

  /** {@return how many pages were handed out since this was last asked} */
  long takeDelivered() {
    long pages = delivered;
    delivered = 0;
    return pages;
  }

  /** Shows all regions, and keeps them. */
  void forEach(Visitor visitor) {
    for (int i = next; i < longs.size(); i += LONGS) {
      visitor.region(longs.getLong(i), longs.getLong(i + 1), longs.getLong(i + 2));
    }
  }

  /** Receives regions, with {@code changed} and {@code now} packed. */
  @FunctionalInterface
  interface Visitor {
    void region(long startVpn, long endVpn, long packed);
  }

  /** Hands out a region. */
  private static void show(long startVpn, long endVpn, long packed, ChangeSink sink) {
    sink.accept(startVpn, endVpn, packed & CHANGED, packed >>> NOW_SHIFT);
  }

  /** Shows to a sink what would be handed out. */
  void showAll(ChangeSink sink) {
    forEach((startVpn, endVpn, packed) -> show(startVpn, endVpn, packed, sink));
  }

  private void show(int at, Reader reader) {
    show(longs.getLong(at), longs.getLong(at + 1), longs.getLong(at + 2), reader);
  }

  long memoryBytes() {
    return (long) Long.BYTES * longs.elements().length;
  }
}
