package io.github.dirtyrange.kernel.sim.explore;

/** What a queue has been through before it is explored, and whenever it is empty again. */
public enum QueueHistory {
  /** It has just been opened. */
  NEW,

  /**
   * Every CPU has recorded every page, and each record was drained: what a design keeps beyond a
   * drain (a cache, a place in a ring) is there.
   */
  USED
}
