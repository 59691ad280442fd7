package io.github.dirtyrange.kernel;

/**
 * How a drain was done.
 *
 * @param method by the queue alone, or by a scan and why
 * @param pagesInspected pages whose state was looked at
 * @param records entries of the queue that were gone through: records, regions, words of a bitmap
 * @param calls system calls made to find and re-arm
 * @param complete whether nothing is left of this drain; false only where a buffer was full
 */
public record DrainReport(
    Method method, long pagesInspected, long records, long calls, boolean complete) {

  /** {@return the same of a drain of which more is to come} */
  public DrainReport incomplete() {
    return new DrainReport(method, pagesInspected, records, calls, false);
  }

  /** Where a drain's regions came from. */
  public enum Method {
    /** The queue's own records. */
    QUEUE,
    /** A scan of everything, because so much had changed that it was cheaper. */
    SCAN_BY_CHOICE,
    /** A scan of everything, because records had been lost. */
    SCAN_AFTER_LOSS,
    /** The records and a scan of everything, because the caller asked for certainty. */
    EXACT
  }
}
