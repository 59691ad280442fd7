package io.github.dirtyrange.interval.staged;

import io.github.dirtyrange.interval.PageIntervalMap;

/** Makes interval maps. */
public final class IntervalMaps {

  private IntervalMaps() {}

  /** {@return a new empty map, which grows with what is added to it} */
  public static PageIntervalMap create() {
    return new StagedIntervalMap();
  }

  /**
   * {@return a new empty map that never takes more memory than it is given} When it is full it
   * joins the neighbours with the smallest gaps: it then holds a superset of what was added, and
   * each joined region carries the masks of all its parts and the coarse flag. It never fails and
   * never loses a page. The flag stays on a page as long as any other bit does: {@code removeBits}
   * clears the other bits of its mask only, for what is left is as uncertain as before.
   *
   * @param maxBytes all the memory that it may take, at least 2048 bytes
   * @param coarseFlag a single bit that the caller uses for nothing else; a mask of this bit alone
   *     is refused like a mask of 0, by {@code removeBits} too
   * @throws IllegalArgumentException if there are too few bytes, or the flag is not one bit
   */
  public static PageIntervalMap bounded(long maxBytes, long coarseFlag) {
    return new BoundedIntervalMap(maxBytes, coarseFlag);
  }
}
