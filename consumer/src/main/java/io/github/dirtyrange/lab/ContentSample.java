package io.github.dirtyrange.lab;

/**
 * Which pages are compared byte by byte: every page, or a share of them that their numbers decide,
 * so that the same pages are in it at every stop. Of two samples the smaller is part of the larger.
 *
 * @param bound a page is in the sample if its number, mixed, is at most that, as unsigned numbers
 */
record ContentSample(long bound) {

  /** Every page. */
  static final ContentSample ALL = new ContentSample(-1);

  private static final long GOLDEN = 0x9E3779B97F4A7C15L;

  /** {@return a sample that has about so many of so many pages, all of them if there are fewer} */
  static ContentSample of(long wanted, long pages) {
    if (wanted >= pages) {
      return ALL;
    }
    double share = (double) wanted / pages;
    return new ContentSample((long) (share * 0x1p63) << 1);
  }

  /** {@return whether a page is in it} */
  boolean has(long vpn) {
    return Long.compareUnsigned(mixed(vpn), bound) <= 0;
  }

  /** A multiplication and two shifts that spread neighbours over all numbers. */
  private static long mixed(long vpn) {
    long mixed = (vpn + 1) * GOLDEN;
    mixed = (mixed ^ (mixed >>> 32)) * GOLDEN;
    return mixed ^ (mixed >>> 29);
  }
}
