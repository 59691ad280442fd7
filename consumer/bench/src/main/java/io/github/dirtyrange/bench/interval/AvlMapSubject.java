package io.github.dirtyrange.bench.interval;

import io.github.dirtyrange.interval.RegionVisitor;
import it.unimi.dsi.fastutil.longs.Long2LongAVLTreeMap;
import it.unimi.dsi.fastutil.longs.Long2LongSortedMap;

/** fastutil's Long2LongAVLTreeMap from start to end, coalescing on every addition. */
final class AvlMapSubject implements PageSubject {

  private final Long2LongAVLTreeMap ranges = new Long2LongAVLTreeMap();

  @Override
  public void add(long vpn) {
    Long2LongSortedMap before = ranges.headMap(vpn + 1);
    long start = before.isEmpty() ? -1 : before.lastLongKey();
    long end = start < 0 ? -1 : ranges.get(start);
    if (vpn < end) {
      return;
    }
    long after = ranges.remove(vpn + 1);
    ranges.put(vpn == end ? start : vpn, after == 0 ? vpn + 1 : after);
  }

  @Override
  public void remove(long startVpn, long endVpn) {
    Long2LongSortedMap before = ranges.headMap(startVpn);
    if (!before.isEmpty()) {
      long start = before.lastLongKey();
      long end = ranges.get(start);
      if (end > startVpn) {
        ranges.put(start, startVpn);
        putIfLeft(endVpn, end);
      }
    }
    while (true) {
      Long2LongSortedMap inside = ranges.tailMap(startVpn);
      if (inside.isEmpty() || inside.firstLongKey() >= endVpn) {
        return;
      }
      long start = inside.firstLongKey();
      putIfLeft(endVpn, ranges.remove(start));
    }
  }

  @Override
  public void drain(RegionVisitor visitor) {
    for (var entry : ranges.long2LongEntrySet()) {
      visitor.visit(entry.getLongKey(), entry.getLongValue(), 1);
    }
    ranges.clear();
  }

  private void putIfLeft(long start, long end) {
    if (start < end) {
      ranges.put(start, end);
    }
  }
}
