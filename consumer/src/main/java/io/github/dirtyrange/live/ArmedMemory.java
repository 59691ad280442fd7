package io.github.dirtyrange.live;

import io.github.dirtyrange.kernel.TrackedRanges;
import io.github.dirtyrange.kernel.Vma;

/**
 * How much of a process a strategy sees by its page table.
 *
 * @param mappings how many mappings, whole or in part
 * @param pages how many of their pages
 */
record ArmedMemory(int mappings, long pages) {

  /** {@return what lies in the ranges and could be armed} O(mappings). */
  static ArmedMemory of(Mappings mappings, TrackedRanges ranges, Unseeables unseeables) {
    int armed = 0;
    long pages = 0;
    for (Vma vma : mappings.all()) {
      long inside = unseeables.isRefused(vma) ? 0 : pagesIn(ranges, vma);
      armed += inside > 0 ? 1 : 0;
      pages += inside;
    }
    return new ArmedMemory(armed, pages);
  }

  static long pagesIn(TrackedRanges ranges, Vma vma) {
    long[] pages = {0};
    ranges.clip(vma.startVpn(), vma.endVpn(), (from, to) -> pages[0] += to - from);
    return pages[0];
  }
}
