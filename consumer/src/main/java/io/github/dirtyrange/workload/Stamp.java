package io.github.dirtyrange.workload;

/**
 * The number that a workload writes at the start of a page: the page's own number and the sub-round
 * of the write, so that a stale copy is told from a fresh one and a page from its neighbour.
 */
public final class Stamp {

  /** Bits of the page number: more than the 47-bit user addresses of x86-64 have pages. */
  private static final int VPN_BITS = 40;

  private static final long VPN_MASK = (1L << VPN_BITS) - 1;

  /** What every page holds before its first sub-round: a stamp of no page. */
  public static final long POPULATED = VPN_MASK;

  private Stamp() {}

  /** {@return the stamp of a page in a sub-round, from 1 to below 2^23} */
  public static long of(int subRound, long vpn) {
    return ((long) subRound << VPN_BITS) | vpn;
  }

  /**
   * {@return whether a page may hold a stamp, 0 if it was populated by its huge page, when nothing
   * wrote it in a sub-round}
   */
  public static boolean isEarlier(long stamp, int subRound, long vpn) {
    return stamp == POPULATED
        || stamp == 0
        || ((stamp & VPN_MASK) == vpn && (stamp >>> VPN_BITS) < subRound);
  }
}
