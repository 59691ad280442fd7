package io.github.dirtyrange.linux.queue;

import it.unimi.dsi.fastutil.longs.LongArrayList;

/** Written regions that were found, in ascending order, before they are handed on. */
final class FoundRegions implements RegionSink {

  private static final int LONGS = 3;

  private final LongArrayList longs = new LongArrayList();

  void clear() {
    longs.clear();
  }

  @Override
  public void add(long startVpn, long endVpn, long now) {
    longs.add(startVpn);
    longs.add(endVpn);
    longs.add(now);
  }

  int count() {
    return longs.size() / LONGS;
  }

  long startVpn(int region) {
    return longs.getLong(LONGS * region);
  }

  long endVpn(int region) {
    return longs.getLong(LONGS * region + 1);
  }

  private long now(int region) {
    return longs.getLong(LONGS * region + 2);
  }

  /** {@return whether a page is the first of the first region} */
  boolean beginsAt(long vpn) {
    return !longs.isEmpty() && startVpn(0) == vpn;
  }

  /** {@return whether a page is the one after the last region} */
  boolean endsAt(long vpn) {
    return !longs.isEmpty() && endVpn(count() - 1) == vpn;
  }

  /** Hands on all regions. */
  void handOn(RegionSink sink) {
    for (int i = 0; i < count(); i++) {
      sink.add(startVpn(i), endVpn(i), now(i));
    }
  }

  long memoryBytes() {
    return (long) Long.BYTES * longs.elements().length;
  }
}
