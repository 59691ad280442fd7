package io.github.dirtyrange.track;

import io.github.dirtyrange.kernel.CauseCounts;
import io.github.dirtyrange.kernel.DrainReport;

/**
 * How one round of finding and re-arming went. Times are of the kernel's clock.
 *
 * <p>A tracker numbers its rounds, as a change queue its drains: each has one more than the round,
 * or the start, before it. Whoever holds all rounds since a start holds every change since it. The
 * numbers of two trackers have nothing to do with each other.
 *
 * @param epoch the round's number; that of the drain where there is one
 * @param nanos finding and re-arming together
 * @param rearmNanos the part spent re-arming, where it is a step of its own; otherwise 0
 * @param pagesInspected pages whose state was looked at
 * @param method how the pages were found
 * @param causes what changed pages since the round before, as far as it is known
 */
public record Round(
    long epoch,
    long nanos,
    long rearmNanos,
    long pagesInspected,
    DrainReport.Method method,
    CauseCounts causes) {

  /** Makes the round of a kernel or tracker that does not know what changed the pages. */
  public Round(
      long epoch, long nanos, long rearmNanos, long pagesInspected, DrainReport.Method method) {
    this(epoch, nanos, rearmNanos, pagesInspected, method, CauseCounts.NONE);
  }
}
