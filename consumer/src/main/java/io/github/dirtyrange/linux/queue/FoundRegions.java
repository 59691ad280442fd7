package io.github.dirtyrange.linux.queue;

import it.unimi.dsi.fastutil.longs.LongArrayList;

/** Written regions that were found, in ascending order, before they are handed on. */
final class FoundRegions implements RegionSink {

  private final LongArrayList bounds = new LongArrayList();

  void clear() {
    bounds.clear();
  }

  @Override
  public void add(long startVpn, long endVpn) {
    bounds.add(startVpn);
    bounds.add(endVpn);
  }

  int count() {
    return bounds.size() / 2;
  }

  long startVpn(int region) {
    return bounds.getLong(2 * region);
  }

  long endVpn(int region) {
    return bounds.getLong(2 * region + 1);
  }

  /** {@return whether a page is the first of the first region} */
  boolean beginsAt(long vpn) {
    return !bounds.isEmpty() && startVpn(0) == vpn;
  }

  /** {@return whether a page is the one after the last region} */
  boolean endsAt(long vpn) {
    return !bounds.isEmpty() && bounds.getLong(bounds.size() - 1) == vpn;
  }

  /** Hands on all regions. */
  void handOn(RegionSink sink) {
    for (int i = 0; i < count(); i++) {
      sink.add(startVpn(i), endVpn(i));
    }
  }

  long memoryBytes() {
    return (long) Long.BYTES * bounds.elements().length;
  }
}
