package io.github.dirtyrange.interval.staged;

import io.github.dirtyrange.interval.RegionVisitor;

/**
 * Joins regions that touch and carry the same mask, and hands at most a given number of the joined
 * ones to a visitor.
 */
final class RegionJoiner {

  private final RegionVisitor visitor;
  private final long limit;
  private long handedOut;
  private long start;
  private long end = -1;
  private long mask;

  RegionJoiner(RegionVisitor visitor, long limit) {
    this.visitor = visitor;
    this.limit = limit;
  }

  /** Takes the next region, which must not begin before the end of the last one. */
  void accept(long startVpn, long endVpn, long newMask) {
    if (startVpn == end && newMask == mask) {
      end = endVpn;
      return;
    }
    finish();
    start = startVpn;
    end = endVpn;
    mask = newMask;
  }

  /** Hands out the region that waits to be joined. */
  void finish() {
    if (end >= 0 && handedOut < limit) {
      handedOut++;
      visitor.visit(start, end, mask);
    }
    end = -1;
  }

  /** {@return how many regions the visitor has had} */
  long handedOut() {
    return handedOut;
  }

  /** {@return whether the visitor has had all the regions it asked for} */
  boolean isSated() {
    return handedOut == limit;
  }
}
