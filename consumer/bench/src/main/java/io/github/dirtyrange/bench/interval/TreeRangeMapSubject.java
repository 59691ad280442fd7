package io.github.dirtyrange.bench.interval;

import com.google.common.collect.Range;
import com.google.common.collect.TreeRangeMap;
import io.github.dirtyrange.interval.RegionVisitor;

/** Guava's TreeRangeMap, in which an addition to a page ORs into what is there. */
final class TreeRangeMapSubject implements Subject {

  private final TreeRangeMap<Long, Long> ranges = TreeRangeMap.create();

  @Override
  public void add(long vpn, long mask) {
    Long old = ranges.get(vpn);
    if (old == null) {
      ranges.putCoalescing(Range.closedOpen(vpn, vpn + 1), mask);
    } else if ((old | mask) != old) {
      ranges.putCoalescing(Range.closedOpen(vpn, vpn + 1), old | mask);
    }
  }

  @Override
  public void remove(long startVpn, long endVpn) {
    ranges.remove(Range.closedOpen(startVpn, endVpn));
  }

  @Override
  public void drain(RegionVisitor visitor) {
    ranges
        .asMapOfRanges()
        .forEach(
            (range, mask) -> visitor.visit(range.lowerEndpoint(), range.upperEndpoint(), mask));
    ranges.clear();
  }
}
