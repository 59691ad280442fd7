package io.github.dirtyrange.kernel.sim.queue;

import io.github.dirtyrange.interval.RegionVisitor;

/**
 * What a drain took out of a queue that leaves it in its place until the next drain begins: a walk
 * through it, a few regions at a time, which needs no memory for what it has not come to.
 */
public interface TakenInPlace {

  /**
   * Hands out the next regions, at most {@link #MOST_REGIONS}, as {@link RecordQueue#drain} does.
   *
   * @return how many entries it went through to find them
   */
  long next(RegionVisitor visitor);

  /** {@return whether there is no next region} */
  boolean isAtEnd();

  /** Goes back, so that the next region is the first that ends behind a page, from there on. */
  void goBackTo(long vpn);

  /** Shows all regions that are left, and stays where it is. */
  void forEachLeft(RegionVisitor visitor);

  /** How many regions are handed out at once. */
  int MOST_REGIONS = 64;
}
