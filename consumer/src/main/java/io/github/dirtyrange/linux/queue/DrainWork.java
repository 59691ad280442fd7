package io.github.dirtyrange.linux.queue;

import io.github.dirtyrange.interval.PageIntervalMap;
import io.github.dirtyrange.interval.RangeVisitor;
import io.github.dirtyrange.kernel.DrainReport.Method;

/**
 * What a drain has still to look at, in ascending order. Nothing of it is armed before it is its
 * turn, so that no more waits for the reader than one step finds (law L6).
 */
interface DrainWork {

  /** A drain that is over. */
  DrainWork NONE =
      new DrainWork() {
        @Override
        public Method method() {
          return Method.QUEUE;
        }

        @Override
        public boolean isDone() {
          return true;
        }

        @Override
        public void step(OwedRegions owed) {}

        @Override
        public long lookedFrom() {
          return 0;
        }

        @Override
        public long lookedTo() {
          return 0;
        }

        @Override
        public void forEachRest(RangeVisitor visitor) {}
      };

  /** Makes a scan of all from a page on, in which regions that are owed as well are told. */
  @FunctionalInterface
  interface Scans {
    DrainWork from(long vpn, PageIntervalMap known);
  }

  /** {@return how the drain is done} */
  Method method();

  /** {@return whether nothing is left to look at} */
  boolean isDone();

  /**
   * Looks at the next pages, arms again what was written, and adds it to what is owed. If it
   * throws, nothing was added.
   */
  void step(OwedRegions owed);

  /** {@return how to go on after a step that threw} By the same step again, unless it is said. */
  default DrainWork afterFailure(Scans scans) {
    return this;
  }

  /** {@return the first page that the last step looked at, but for written ones beside it} */
  long lookedFrom();

  /** {@return the page after the last one, likewise} */
  long lookedTo();

  /** Visits the pages that are still to be looked at. */
  void forEachRest(RangeVisitor visitor);

  /** Moves what is owed besides, and was not passed yet, into a map. */
  default void moveKnownTo(PageIntervalMap map) {}
}
