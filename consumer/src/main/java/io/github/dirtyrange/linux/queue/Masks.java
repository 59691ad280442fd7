package io.github.dirtyrange.linux.queue;

import it.unimi.dsi.fastutil.longs.LongArrayList;

/**
 * Regions with a mask, ascending and disjoint, and a place in them that only goes up: several such
 * lists are walked side by side in one pass.
 */
final class Masks {

  private static final int LONGS = 3;

  private final LongArrayList longs = new LongArrayList();
  private int at;

  /** Adds a region behind all others. */
  void add(long startVpn, long endVpn, long mask) {
    longs.add(startVpn);
    longs.add(endVpn);
    longs.add(mask);
  }

  /**
   * {@return the mask of a page, 0 if it is in no region} Pages are asked for in ascending order.
   */
  long at(long vpn) {
    while (at < longs.size() && longs.getLong(at + 1) <= vpn) {
      at += LONGS;
    }
    return at < longs.size() && longs.getLong(at) <= vpn ? longs.getLong(at + 2) : 0;
  }

  /**
   * {@return the first page after one that was asked for last, but not after an end, where the mask
   * may be another}
   */
  long nextBorder(long vpn, long endVpn) {
    if (at == longs.size()) {
      return endVpn;
    }
    long start = longs.getLong(at);
    return Math.min(endVpn, start > vpn ? start : longs.getLong(at + 1));
  }

  /** Shows all regions. */
  void forEach(RegionSink sink) {
    for (int i = 0; i < longs.size(); i += LONGS) {
      sink.add(longs.getLong(i), longs.getLong(i + 1), longs.getLong(i + 2));
    }
  }
}
