package io.github.dirtyrange.bench.interval;

import io.github.dirtyrange.interval.RegionVisitor;
import org.roaringbitmap.BatchIterator;
import org.roaringbitmap.RoaringBitmap;

/** RoaringBitmap, drained in batches. */
final class RoaringSubject implements PageSubject {

  private final RoaringBitmap pages = new RoaringBitmap();
  private final int[] batch = new int[256];

  @Override
  public void add(long vpn) {
    pages.add((int) vpn);
  }

  @Override
  public void remove(long startVpn, long endVpn) {
    pages.remove(startVpn, endVpn);
  }

  @Override
  public void drain(RegionVisitor visitor) {
    pages.runOptimize();
    PageJoiner joiner = new PageJoiner(visitor);
    BatchIterator iterator = pages.getBatchIterator();
    while (iterator.hasNext()) {
      int count = iterator.nextBatch(batch);
      for (int i = 0; i < count; i++) {
        joiner.page(Integer.toUnsignedLong(batch[i]), 1);
      }
    }
    joiner.finish();
    pages.clear();
  }
}
