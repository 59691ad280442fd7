package io.github.dirtyrange.track;

import io.github.dirtyrange.kernel.Cost;

/** Decides by which way the next changes are to be found: queued, or scanned for. */
interface WayChoice {

  /**
   * Tracking begins, perhaps not for the first time, or goes another way from now on.
   *
   * @param record what a writer pays for each page that is queued
   * @param mappedPages how many pages a scan walks
   */
  void begin(Cost record, long mappedPages);

  /** {@return whether the next changes are to be queued} */
  boolean queues();

  /**
   * Learns how a round went that was drained from the queue.
   *
   * @param hotPages how many pages scans need not arm, as they are written in every round
   */
  void drained(long nanos, ChangedPages changed, long hotPages);

  /** Learns how a round went that was scanned for while nothing was queued. */
  void scanned(long nanos, ChangedPages changed, long hotPages);

  /** {@return for people, in one line: what is chosen, and why} */
  String explain();
}
