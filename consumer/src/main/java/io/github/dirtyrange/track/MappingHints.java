package io.github.dirtyrange.track;

import io.github.dirtyrange.interval.PageIntervalMap;
import io.github.dirtyrange.kernel.PageRange;
import io.github.dirtyrange.kernel.TrackedProcess;
import io.github.dirtyrange.kernel.Vma;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Hints at pages that read soft-dirty without a fault because of their mapping: all of a mapping
 * that was not there before, as its pages may have been moved there, and the first and last page of
 * every other. A mapping made anew in the same place reads soft-dirty as a whole (VM_SOFTDIRTY), so
 * one page tells; and a huge page that reaches over the border of a tracked range shows at the
 * border, whichever side of it faulted. Costs time in proportion to the mappings and the ranges:
 * both are in ascending order, and walked once, side by side.
 */
final class MappingHints {

  private final TrackedProcess process;
  private final List<PageRange> ranges;
  private List<Vma> mappings = List.of();

  /** Hints inside ranges that are ascending and disjoint. */
  MappingHints(TrackedProcess process, List<PageRange> ranges) {
    this.process = process;
    this.ranges = ranges;
  }

  /** Takes note of the mappings there are. */
  void learn() {
    mappings = process.maps();
  }

  /** Takes note of the mappings there are, and adds the hints. */
  void addTo(PageIntervalMap hints) {
    List<Vma> before = mappings;
    learn();
    boolean same = mappings == before || mappings.equals(before);
    Set<Vma> known = same ? Set.of() : new HashSet<>(before);
    int range = 0;
    for (Vma mapping : mappings) {
      boolean old = same || known.contains(mapping);
      while (range < ranges.size() && ranges.get(range).endVpn() <= mapping.startVpn()) {
        range++;
      }
      // The last range that the mapping reaches may go on in the next mapping.
      int at = range;
      while (at < ranges.size() && ranges.get(at).startVpn() < mapping.endVpn()) {
        add(ranges.get(at), mapping, old, hints);
        at++;
      }
    }
  }

  private static void add(PageRange range, Vma mapping, boolean old, PageIntervalMap hints) {
    long start = Math.max(range.startVpn(), mapping.startVpn());
    long end = Math.min(range.endVpn(), mapping.endVpn());
    hints.add(start, old ? start + 1 : end, SoftDirtyQueueTracker.HINTED);
    hints.add(end - 1, SoftDirtyQueueTracker.HINTED);
  }
}
