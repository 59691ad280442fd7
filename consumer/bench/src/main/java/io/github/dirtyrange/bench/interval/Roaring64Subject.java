package io.github.dirtyrange.bench.interval;

import io.github.dirtyrange.interval.RegionVisitor;
import org.roaringbitmap.longlong.Roaring64NavigableMap;

/** Roaring64NavigableMap; it removes page by page, as it has no removal of ranges. */
final class Roaring64Subject implements PageSubject {

  private final Roaring64NavigableMap pages = new Roaring64NavigableMap();

  @Override
  public void add(long vpn) {
    pages.addLong(vpn);
  }

  @Override
  public void remove(long startVpn, long endVpn) {
    for (long vpn = startVpn; vpn < endVpn; vpn++) {
      pages.removeLong(vpn);
    }
  }

  @Override
  public void drain(RegionVisitor visitor) {
    PageJoiner joiner = new PageJoiner(visitor);
    pages.forEach(vpn -> joiner.page(vpn, 1));
    joiner.finish();
    pages.clear();
  }
}
