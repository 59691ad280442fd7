package io.github.dirtyrange.kernel.sim.queue;

import io.github.dirtyrange.interval.PageIntervalMap;

/** How records that are kept in an interval map follow pages that move (law L9). */
public final class Moves {

  private Moves() {}

  /** ORs what the map holds of the old place into the new place; the two do not overlap. */
  public static void copy(PageIntervalMap map, long fromVpn, long toVpn, long pages) {
    CopiedRegions copies = new CopiedRegions();
    map.forEach(fromVpn, fromVpn + pages, copies.moving(fromVpn, toVpn, pages));
    copies.show(map::add);
  }
}
