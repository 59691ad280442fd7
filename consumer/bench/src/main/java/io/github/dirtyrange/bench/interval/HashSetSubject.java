package io.github.dirtyrange.bench.interval;

import io.github.dirtyrange.interval.RegionVisitor;
import it.unimi.dsi.fastutil.longs.LongArrays;
import it.unimi.dsi.fastutil.longs.LongOpenHashSet;

/** fastutil's LongOpenHashSet, radix-sorted at the drain. */
final class HashSetSubject implements PageSubject {

  private final LongOpenHashSet pages = new LongOpenHashSet();
  private long[] sorted = {};

  @Override
  public void add(long vpn) {
    pages.add(vpn);
  }

  @Override
  public void remove(long startVpn, long endVpn) {
    for (long vpn = startVpn; vpn < endVpn; vpn++) {
      pages.remove(vpn);
    }
  }

  @Override
  public void drain(RegionVisitor visitor) {
    sorted = pages.toArray(sorted);
    int size = pages.size();
    LongArrays.radixSort(sorted, 0, size);
    PageJoiner joiner = new PageJoiner(visitor);
    for (int i = 0; i < size; i++) {
      joiner.page(sorted[i], 1);
    }
    joiner.finish();
    pages.clear();
  }
}
