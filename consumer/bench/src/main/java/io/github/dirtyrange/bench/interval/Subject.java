package io.github.dirtyrange.bench.interval;

import io.github.dirtyrange.interval.RegionVisitor;

/** A structure under measurement. Those without masks hand out 1. */
interface Subject {

  void add(long vpn, long mask);

  void remove(long startVpn, long endVpn);

  /** Hands out maximal ranges in order and empties the structure. */
  void drain(RegionVisitor visitor);
}
