package io.github.dirtyrange.linux.queue;

/** Receives written regions in ascending order. */
@FunctionalInterface
interface RegionSink {

  /**
   * Takes the next region, which does not start before the end of the last one.
   *
   * @param now its categories just before it was armed again, as far as they were asked for
   */
  void add(long startVpn, long endVpn, long now);
}
