package io.github.dirtyrange.bench.interval;

import io.github.dirtyrange.interval.RegionVisitor;
import java.util.BitSet;

/** java.util.BitSet, drained by searching for set and clear bits. */
final class BitSetSubject implements PageSubject {

  private final BitSet pages = new BitSet(1 << 28);

  @Override
  public void add(long vpn) {
    pages.set((int) vpn);
  }

  @Override
  public void remove(long startVpn, long endVpn) {
    pages.clear((int) startVpn, (int) endVpn);
  }

  @Override
  public void drain(RegionVisitor visitor) {
    int start = pages.nextSetBit(0);
    while (start >= 0) {
      int end = pages.nextClearBit(start);
      visitor.visit(start, end, 1);
      start = pages.nextSetBit(end);
    }
    pages.clear();
  }
}
