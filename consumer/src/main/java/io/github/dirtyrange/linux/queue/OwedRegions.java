package io.github.dirtyrange.linux.queue;

import io.github.dirtyrange.interval.PageIntervalMap;
import io.github.dirtyrange.interval.staged.IntervalMaps;
import io.github.dirtyrange.kernel.Categories;
import it.unimi.dsi.fastutil.longs.LongArrayList;

/**
 * Regions that a drain has found, and armed again, and that the reader has not taken yet (law L10):
 * a region leaves when the reader's sink has returned. They are kept in ascending order, those that
 * touch as one (law L3).
 */
final class OwedRegions implements RegionSink {

  private static final int LONGS = 3;

  private final LongArrayList longs = new LongArrayList();
  private int next;
  private long delivered;

  @Override
  public void add(long startVpn, long endVpn) {
    add(startVpn, endVpn, Categories.WRITTEN);
  }

  /** Adds a region behind all others; what it shares with the last one is owed already. */
  void add(long startVpn, long endVpn, long changed) {
    int last = longs.size() - LONGS;
    long start = last >= next ? Math.max(startVpn, longs.getLong(last + 1)) : startVpn;
    if (start >= endVpn) {
      return;
    }
    if (last >= next && start == longs.getLong(last + 1) && changed == longs.getLong(last + 2)) {
      longs.set(last + 1, endVpn);
      return;
    }
    longs.add(start);
    longs.add(endVpn);
    longs.add(changed);
  }

  /** Adds regions anywhere among the others. */
  void merge(PageIntervalMap regions) {
    PageIntervalMap all = IntervalMaps.create();
    moveTo(all);
    all.addAll(regions);
    all.drain(this::add);
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

  /** Receives regions with what changed in them. */
  @FunctionalInterface
  interface Visitor {
    void region(long startVpn, long endVpn, long changed);
  }

  /** A coarse region carries no present state (law L8). */
  static long now(long changed) {
    return (changed & Categories.COARSE) == 0 ? changed : 0;
  }

  private void show(int at, Reader reader) {
    long changed = longs.getLong(at + 2);
    reader.accept(longs.getLong(at), longs.getLong(at + 1), changed, now(changed));
  }

  long memoryBytes() {
    return (long) Long.BYTES * longs.elements().length;
  }
}
