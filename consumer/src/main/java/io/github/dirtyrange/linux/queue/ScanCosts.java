package io.github.dirtyrange.linux.queue;

/**
 * What finding written pages costs on one process, as measured there.
 *
 * @param callNanos a PAGEMAP_SCAN call, whatever it walks
 * @param pageNanos walking one more page of populated memory
 * @param sampleNanos reading one sample that is of no interest
 * @param hintNanos remembering and ordering one that is
 */
public record ScanCosts(double callNanos, double pageNanos, double sampleNanos, double hintNanos) {

  /**
   * What each of reading samples and ordering hints may add to a scan of everything, before it is
   * given up as not worth while. Joining makes the spans never dearer to scan than everything, so
   * that is all there is to lose.
   */
  private static final double SHARE = 0.1;

  /** {@return the widest gap between two regions, in pages, that is cheaper to walk than a call} */
  public long gapPages() {
    return Math.round(callNanos / pageNanos);
  }

  /** {@return how many samples are worth reading, rather than scanning everything unread} */
  public long samplesWorthReading(long trackedPages) {
    return Math.round(SHARE * scanNanos(trackedPages) / sampleNanos);
  }

  /** {@return how many hints are worth ordering, rather than scanning everything} */
  public long hintsWorthOrdering(long trackedPages) {
    return Math.round(SHARE * scanNanos(trackedPages) / hintNanos);
  }

  private double scanNanos(long trackedPages) {
    return callNanos + trackedPages * pageNanos;
  }
}
