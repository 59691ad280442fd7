package io.github.dirtyrange.bench.interval;

import io.github.dirtyrange.interval.RegionVisitor;

/** A structure under measurement. Those without masks hand out 1. */
interface Subject {

  void add(long vpn, long mask);

  void remove(long startVpn, long endVpn);

  /**
   * Does the operations [from, to). Everything is at hand in local variables: reading fields anew
   * for each operation kept the processor from overlapping the misses of a bit set, and doubled
   * what its filling cost.
   *
   * @param operations as {@link Workload#operations} makes them
   * @param masks as {@link Workload#masks} makes them
   */
  default void fill(long[] operations, long[] masks, int from, int to) {
    for (int i = from; i < to; i++) {
      long page = operations[i];
      if (page >= 0) {
        add(page, masks[i & (Workload.MASKS_IN_TURN - 1)]);
      } else {
        remove(~page, ~page + Workload.REMOVED_PAGES);
      }
    }
  }

  /** Hands out maximal ranges in order and empties the structure. */
  void drain(RegionVisitor visitor);
}
