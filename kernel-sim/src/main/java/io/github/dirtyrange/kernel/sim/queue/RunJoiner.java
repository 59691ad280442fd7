package io.github.dirtyrange.kernel.sim.queue;

import io.github.dirtyrange.interval.RegionVisitor;

/** Joins pages that follow one another into regions of one mask. */
final class RunJoiner {

  private final long mask;
  private final RegionVisitor visitor;
  private long startVpn;
  private long endVpn;

  RunJoiner(long mask, RegionVisitor visitor) {
    this.mask = mask;
    this.visitor = visitor;
  }

  /** Takes the next page, above all before it. */
  void add(long vpn) {
    if (vpn != endVpn) {
      finish();
      startVpn = vpn;
    }
    endVpn = vpn + 1;
  }

  /** Hands out the last region. */
  void finish() {
    if (startVpn != endVpn) {
      visitor.visit(startVpn, endVpn, mask);
      startVpn = endVpn;
    }
  }
}
