package io.github.dirtyrange.bench.interval;

import io.github.dirtyrange.interval.RegionVisitor;

/** Joins ascending pages, duplicates allowed, into maximal ranges of equal mask. */
final class PageJoiner {

  private final RegionVisitor visitor;
  private long start;
  private long end = -1;
  private long mask;

  PageJoiner(RegionVisitor visitor) {
    this.visitor = visitor;
  }

  void page(long vpn, long pageMask) {
    if (vpn <= end && pageMask == mask) {
      end = Math.max(end, vpn + 1);
      return;
    }
    finish();
    start = vpn;
    end = vpn + 1;
    mask = pageMask;
  }

  void finish() {
    if (end >= 0) {
      visitor.visit(start, end, mask);
    }
    end = -1;
  }
}
