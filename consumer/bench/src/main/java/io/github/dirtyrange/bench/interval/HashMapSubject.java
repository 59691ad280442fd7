package io.github.dirtyrange.bench.interval;

import io.github.dirtyrange.interval.RegionVisitor;
import it.unimi.dsi.fastutil.longs.Long2LongOpenHashMap;
import it.unimi.dsi.fastutil.longs.LongArrays;

/** fastutil's Long2LongOpenHashMap from page to mask, its keys radix-sorted at the drain. */
final class HashMapSubject implements Subject {

  private final Long2LongOpenHashMap masks = new Long2LongOpenHashMap();
  private long[] sorted = {};

  @Override
  public void add(long vpn, long mask) {
    long old = masks.get(vpn);
    if ((old | mask) != old) {
      masks.put(vpn, old | mask);
    }
  }

  @Override
  public void remove(long startVpn, long endVpn) {
    for (long vpn = startVpn; vpn < endVpn; vpn++) {
      masks.remove(vpn);
    }
  }

  @Override
  public void drain(RegionVisitor visitor) {
    sorted = masks.keySet().toArray(sorted);
    int size = masks.size();
    LongArrays.radixSort(sorted, 0, size);
    PageJoiner joiner = new PageJoiner(visitor);
    for (int i = 0; i < size; i++) {
      joiner.page(sorted[i], masks.get(sorted[i]));
    }
    joiner.finish();
    masks.clear();
  }
}
