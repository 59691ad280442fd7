package io.github.dirtyrange.bench.interval;

import io.github.dirtyrange.interval.PageIntervalMap;
import io.github.dirtyrange.interval.RegionVisitor;
import io.github.dirtyrange.interval.staged.IntervalMaps;

/** The map of this project. */
final class DirtyrangeSubject implements Subject {

  private final PageIntervalMap map = IntervalMaps.create();

  @Override
  public void add(long vpn, long mask) {
    map.add(vpn, mask);
  }

  @Override
  public void remove(long startVpn, long endVpn) {
    map.remove(startVpn, endVpn);
  }

  @Override
  public void drain(RegionVisitor visitor) {
    map.drain(visitor);
  }
}
