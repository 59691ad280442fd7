package io.github.dirtyrange.kernel;

/**
 * What PAGEMAP_SCAN is asked ({@code struct pm_scan_arg}, {@code include/uapi/linux/fs.h}), except
 * for where the regions go.
 *
 * <p>A page matches when {@code m = categories ^ invertedMask} has all of {@code requiredMask} and,
 * unless {@code anyOfMask} is 0, some of {@code anyOfMask}. What is reported of it is {@code
 * categories & returnMask}, not inverted.
 *
 * @param flags of {@link #WP_MATCHING} and {@link #CHECK_WPASYNC}
 * @param startAddress first byte, page-aligned
 * @param endAddress byte after the last; rounded up to a page
 * @param maxPages stop after so many matching pages; 0 means no limit
 * @param invertedMask categories to invert before matching
 * @param requiredMask categories that must hold
 * @param anyOfMask categories of which one must hold
 * @param returnMask categories to report
 */
public record ScanRequest(
    long flags,
    long startAddress,
    long endAddress,
    long maxPages,
    long invertedMask,
    long requiredMask,
    long anyOfMask,
    long returnMask) {

  /** Write-protect the pages that match, atomically with reporting them (PM_SCAN_WP_MATCHING). */
  public static final long WP_MATCHING = 1L;

  /** Fail with EPERM on a mapping without asynchronous write-protection (PM_SCAN_CHECK_WPASYNC). */
  public static final long CHECK_WPASYNC = 2L;

  /** {@return a request for the pages of a range that have all of the categories} */
  public static ScanRequest of(long startVpn, long endVpn, long categories) {
    return new ScanRequest(
        0, Pages.address(startVpn), Pages.address(endVpn), 0, 0, categories, 0, categories);
  }

  /** {@return a request for a range's written pages that re-arms what it reports} */
  public static ScanRequest takeWritten(long startVpn, long endVpn) {
    return of(startVpn, endVpn, Categories.WRITTEN).withFlags(WP_MATCHING);
  }

  /** {@return the same with other flags} */
  public ScanRequest withFlags(long newFlags) {
    return new ScanRequest(
        newFlags,
        startAddress,
        endAddress,
        maxPages,
        invertedMask,
        requiredMask,
        anyOfMask,
        returnMask);
  }

  /** {@return the same from another address on: how a scan is resumed from its walk end} */
  public ScanRequest from(long newStartAddress) {
    return new ScanRequest(
        flags,
        newStartAddress,
        endAddress,
        maxPages,
        invertedMask,
        requiredMask,
        anyOfMask,
        returnMask);
  }

  /** {@return the same with another mask of categories to report} */
  public ScanRequest returning(long newReturnMask) {
    return new ScanRequest(
        flags,
        startAddress,
        endAddress,
        maxPages,
        invertedMask,
        requiredMask,
        anyOfMask,
        newReturnMask);
  }
}
