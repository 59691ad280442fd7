package io.github.dirtyrange.interval;

/**
 * Refuses pages, ranges and masks that no map can take, with an {@link IllegalArgumentException}
 * that says which and why.
 */
public final class PageChecks {

  private PageChecks() {}

  /** Refuses what is not a page. */
  public static void checkPage(long vpn) {
    if (vpn < 0 || vpn >= PageIntervalMap.MAX_VPN) {
      throw new IllegalArgumentException("page " + vpn + " lies outside [0, 2^52)");
    }
  }

  /** Refuses ranges that are empty, reversed or reach outside. */
  public static void checkRange(long startVpn, long endVpn) {
    if (startVpn < 0 || endVpn > PageIntervalMap.MAX_VPN) {
      throw new IllegalArgumentException(
          "page range [" + startVpn + ", " + endVpn + ") lies outside [0, 2^52)");
    }
    if (startVpn >= endVpn) {
      throw new IllegalArgumentException(
          "page range [" + startVpn + ", " + endVpn + ") is empty or reversed");
    }
  }

  /** Refuses a page and a number of pages that do not make a range. */
  public static void checkCount(long vpn, long pages) {
    if (pages <= 0 || pages > PageIntervalMap.MAX_VPN) {
      throw new IllegalArgumentException(pages + " pages are no page range");
    }
    checkRange(vpn, vpn + pages);
  }

  /** Refuses a mask of 0. */
  public static void checkMask(long mask) {
    if (mask == 0) {
      throw new IllegalArgumentException("a mask of 0 names no bit");
    }
  }
}
