package io.github.dirtyrange.kernel.sim.queue;

import io.github.dirtyrange.interval.PageIntervalMap;
import it.unimi.dsi.fastutil.longs.LongArrayList;

/** How records that are kept in an interval map follow pages that move (law L9). */
public final class Moves {

  private Moves() {}

  /** ORs what the map holds of the old place into the new place; the two do not overlap. */
  public static void copy(PageIntervalMap map, long fromVpn, long toVpn, long pages) {
    LongArrayList pending = new LongArrayList();
    map.forEach(
        fromVpn,
        fromVpn + pages,
        (start, end, mask) -> {
          pending.add(start);
          pending.add(end);
          pending.add(mask);
        });
    long distance = toVpn - fromVpn;
    for (int i = 0; i < pending.size(); i += 3) {
      map.add(
          pending.getLong(i) + distance, pending.getLong(i + 1) + distance, pending.getLong(i + 2));
    }
  }
}
