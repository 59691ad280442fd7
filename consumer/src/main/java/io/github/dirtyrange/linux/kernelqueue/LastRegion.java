package io.github.dirtyrange.linux.kernelqueue;

import io.github.dirtyrange.kernel.ChangeSink;

/**
 * The region that was read last and is held back, since the next one may touch it and say the same:
 * then they are one (law L3), also where one call's regions end and the next call's begin.
 */
final class LastRegion {

  private long startVpn;
  private long endVpn;
  private long changed;
  private long now;
  private boolean isThere;

  boolean isThere() {
    return isThere;
  }

  /** {@return whether a region was made a part of this one, or became it where there was none} */
  boolean takes(long start, long end, long changedThere, long nowThere) {
    if (!isThere) {
      startVpn = start;
      endVpn = end;
      changed = changedThere;
      now = nowThere;
      isThere = true;
      return true;
    }
    if (start != endVpn || changedThere != changed || nowThere != now) {
      return false;
    }
    endVpn = end;
    return true;
  }

  /** Hands it out, and forgets it once the sink has returned. */
  void giveTo(ChangeSink sink) {
    sink.accept(startVpn, endVpn, changed, now);
    isThere = false;
  }

  /** {@return another one like it} */
  LastRegion copy() {
    LastRegion copy = new LastRegion();
    if (isThere) {
      copy.takes(startVpn, endVpn, changed, now);
    }
    return copy;
  }
}
