package io.github.dirtyrange.lab;

/**
 * The number that a workload writes at the start of a page: the page's own number and the sub-round
 * of the write, so that a stale copy is told from a fresh one and a page from its neighbour.
 */
final class Stamp {

  /** Bits of the page number: more than the 47-bit user addresses of x86-64 have pages. */
  private static final int VPN_BITS = 40;

  private static final long VPN_MASK = (1L << VPN_BITS) - 1;

  private Stamp() {}

  /** {@return the stamp of a page in a sub-round, which must be below 2^23} */
  static long of(int subRound, long vpn) {
    return ((long) subRound << VPN_BITS) | vpn;
  }

  /** {@return the page that a stamp names} */
  static long vpn(long stamp) {
    return stamp & VPN_MASK;
  }

  /** {@return the sub-round that a stamp names} */
  static int subRound(long stamp) {
    return (int) (stamp >>> VPN_BITS);
  }
}
