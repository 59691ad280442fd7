package io.github.dirtyrange.interval;

/**
 * Joins regions that touch and carry the same mask, and hands at most a given number of the joined
 * ones to a visitor.
 */
final class RegionJoiner {

  private final RegionVisitor visitor;
  private long room;
  private long start;
  private long end = -1;
  private long mask;

  RegionJoiner(RegionVisitor visitor, long limit) {
    this.visitor = visitor;
    this.room = limit;
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
    if (end >= 0 && room > 0) {
      room--;
      visitor.visit(start, end, mask);
    }
    end = -1;
  }

  /** {@return whether the visitor has had all the regions it asked for} */
  boolean isSated() {
    return room == 0;
  }
}
