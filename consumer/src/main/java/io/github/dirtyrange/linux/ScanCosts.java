package io.github.dirtyrange.linux;

/**
 * What finding written pages costs on one process, as measured there.
 *
 * @param callNanos a PAGEMAP_SCAN call, whatever it walks
 * @param pageNanos walking one more page of populated memory
 * @param sampleNanos reading one sample out of the ring and remembering its page
 */
record ScanCosts(double callNanos, double pageNanos, double sampleNanos) {

  /** Reading samples in vain may add this much to a scan of everything. */
  private static final double SHARE_FOR_SAMPLES = 0.15;

  /** {@return the widest gap between two regions, in pages, that is cheaper to walk than a call} */
  long gapPages() {
    return Math.round(callNanos / pageNanos);
  }

  /**
   * {@return how many samples are worth reading before everything is better scanned} Joining makes
   * spans never dearer to scan than everything, so only the reading is at stake.
   */
  long samplesWorthReading(long trackedPages) {
    double scanNanos = callNanos + trackedPages * pageNanos;
    return Math.round(SHARE_FOR_SAMPLES * scanNanos / sampleNanos);
  }
}
