package io.github.dirtyrange.kernel.sim.track;

import io.github.dirtyrange.interval.RegionVisitor;
import io.github.dirtyrange.kernel.ChangeSink;

/**
 * Joins neighbouring regions that say the same, so that a drain is canonical (law L3). One region
 * is held back until it is known where it ends.
 */
final class RegionJoiner {

  private ChangeSink sink = (startVpn, endVpn, changed, now) -> {};
  private long startVpn;
  private long endVpn;
  private long changed;
  private long now;

  /** {@return another joiner that holds back the same region} */
  RegionJoiner copy() {
    RegionJoiner copy = new RegionJoiner();
    copy.add(startVpn, endVpn, changed, now);
    return copy;
  }

  /** Says who gets the regions that are finished from now on. */
  void handTo(ChangeSink newSink) {
    sink = newSink;
  }

  void add(long from, long to, long regionChanged, long regionNow) {
    if (from == endVpn && regionChanged == changed && regionNow == now) {
      endVpn = to;
      return;
    }
    finish();
    startVpn = from;
    endVpn = to;
    changed = regionChanged;
    now = regionNow;
  }

  /** Hands out what is held back. */
  void finish() {
    if (isHolding()) {
      sink.accept(startVpn, endVpn, changed, now);
      drop();
    }
  }

  /** {@return whether a region is held back} */
  boolean isHolding() {
    return startVpn != endVpn;
  }

  /** Forgets what is held back. */
  void drop() {
    startVpn = endVpn;
  }

  /** Lets a visitor see the region that is held back, if there is one, and what changed there. */
  void peek(RegionVisitor visitor) {
    if (isHolding()) {
      visitor.visit(startVpn, endVpn, changed);
    }
  }
}
