package io.github.dirtyrange.kernel.sim.track;

import io.github.dirtyrange.kernel.ChangeSink;

/** Joins neighbouring regions that say the same, so that a drain is canonical (law L3). */
final class RegionJoiner {

  private final ChangeSink sink;
  private long startVpn;
  private long endVpn;
  private long changed;
  private long now;

  RegionJoiner(ChangeSink sink) {
    this.sink = sink;
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
    if (startVpn != endVpn) {
      sink.accept(startVpn, endVpn, changed, now);
      startVpn = endVpn;
    }
  }
}
