package io.github.dirtyrange.bench.interval;

import io.github.dirtyrange.interval.RegionVisitor;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.util.SparseFixedBitSet;

/** Lucene's SparseFixedBitSet. */
final class SparseBitSetSubject implements PageSubject {

  private SparseFixedBitSet pages = new SparseFixedBitSet(1 << 28);

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
    PageJoiner joiner = new PageJoiner(visitor);
    int page = pages.nextSetBit(0);
    while (page != DocIdSetIterator.NO_MORE_DOCS) {
      joiner.page(page, 1);
      page = page + 1 < 1 << 28 ? pages.nextSetBit(page + 1) : DocIdSetIterator.NO_MORE_DOCS;
    }
    joiner.finish();
    pages = new SparseFixedBitSet(1 << 28);
  }
}
