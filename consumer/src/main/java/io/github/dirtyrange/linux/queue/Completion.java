package io.github.dirtyrange.linux.queue;

import io.github.dirtyrange.kernel.CauseCounts;
import io.github.dirtyrange.linux.perf.FaultSink;

/** What is told besides that pages were written: of those that a drain has found, and of others. */
interface Completion {

  /** Nothing else is told. */
  Completion NOTHING = new Completion() {};

  /** Changes are recorded from now on. */
  default void begin() {}

  /**
   * {@return whether it is told what is in pages, and that they were unmapped or moved (L8, L9)}
   */
  default boolean followsPages() {
    return false;
  }

  /** Adds where to look besides, once records were read. */
  default void widen(FaultSink hints) {}

  /**
   * Adds to what is owed, after a step of a drain.
   *
   * @param startVpn the first page that was looked at; besides, all that is owed was
   * @param endVpn the page after the last one
   */
  default void complete(OwedRegions owed, long startVpn, long endVpn) {}

  /** Adds to what was found everywhere what would be told, and takes no note of it. */
  default void show(OwedRegions found) {}

  /** Takes note of a region that was handed out. */
  default void told(long startVpn, long endVpn) {}

  /** The drain is over. */
  default void end() {}

  /** {@return by what the pages were changed that were handed out since this was last asked} */
  default CauseCounts takeCauses() {
    return CauseCounts.NONE;
  }

  /** {@return the memory that this takes, in bytes} */
  default long memoryBytes() {
    return 0;
  }
}
