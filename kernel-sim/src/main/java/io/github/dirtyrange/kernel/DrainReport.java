package io.github.dirtyrange.kernel;

/**
 * How a drain was done.
 *
 * <p>A queue numbers its drains, so that who keeps what they handed out can tell which are there:
 * whoever holds the drains 1 to <i>n</i> of a queue holds every change from its opening to drain
 * <i>n</i>. The first drain of a queue has number 1. Every call that takes part in a drain reports
 * its number; the drain is over with the report that says {@code complete}, and the next call
 * begins the next one. A call that completes what was begun with a buffer has the number of that
 * drain, an exact one too. A call that throws completes nothing: the next has the same number. Two
 * queues number apart, even one after another on the same process.
 *
 * @param epoch the drain's number
 * @param method by the queue alone, or by a scan and why
 * @param pagesInspected pages whose state was looked at
 * @param records entries of the queue that were gone through: records, regions, words of a bitmap
 * @param calls system calls made to find and re-arm
 * @param causes what changed the pages, as far as this kernel knows; all of it is in the first
 *     report of a drain
 * @param complete whether nothing is left of this drain; false only where a buffer was full
 */
public record DrainReport(
    long epoch,
    Method method,
    long pagesInspected,
    long records,
    long calls,
    CauseCounts causes,
    boolean complete) {

  /** {@return the same of a drain of which more is to come} */
  public DrainReport incomplete() {
    return new DrainReport(epoch, method, pagesInspected, records, calls, causes, false);
  }

  /** {@return the same with that number} */
  public DrainReport withEpoch(long newEpoch) {
    return new DrainReport(newEpoch, method, pagesInspected, records, calls, causes, complete);
  }

  /** Where a drain's regions came from. */
  public enum Method {
    /** The queue's own records. */
    QUEUE,
    /** A scan of everything, because so much had changed that it was cheaper. */
    SCAN_BY_CHOICE,
    /** A scan of everything, because records had been lost, or changes had not been recorded. */
    SCAN_AFTER_LOSS,
    /** The records and a scan of everything, because the caller asked for certainty. */
    EXACT
  }
}
