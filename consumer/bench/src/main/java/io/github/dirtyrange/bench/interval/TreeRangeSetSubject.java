package io.github.dirtyrange.bench.interval;

import com.google.common.collect.Range;
import com.google.common.collect.TreeRangeSet;
import io.github.dirtyrange.interval.RegionVisitor;

/** Guava's TreeRangeSet. */
final class TreeRangeSetSubject implements PageSubject {

  private final TreeRangeSet<Long> ranges = TreeRangeSet.create();

  @Override
  public void add(long vpn) {
    ranges.add(Range.closedOpen(vpn, vpn + 1));
  }

  @Override
  public void remove(long startVpn, long endVpn) {
    ranges.remove(Range.closedOpen(startVpn, endVpn));
  }

  @Override
  public void drain(RegionVisitor visitor) {
    for (Range<Long> range : ranges.asRanges()) {
      visitor.visit(range.lowerEndpoint(), range.upperEndpoint(), 1);
    }
    ranges.clear();
  }
}
