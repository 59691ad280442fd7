package io.github.dirtyrange.linux.queue;

/** Receives written regions in ascending order. */
@FunctionalInterface
interface RegionSink {

  /** Takes the next region, which does not start before the end of the last one. */
  void add(long startVpn, long endVpn);
}
