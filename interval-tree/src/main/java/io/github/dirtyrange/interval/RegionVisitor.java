package io.github.dirtyrange.interval;

/** Receives the regions of a map one by one, in ascending order. */
@FunctionalInterface
public interface RegionVisitor {

  /**
   * Takes one region.
   *
   * @param startVpn first page
   * @param endVpn page after the last
   * @param mask what every page of the region carries, never 0
   */
  void visit(long startVpn, long endVpn, long mask);
}
