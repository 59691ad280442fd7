package io.github.dirtyrange.track;

import io.github.dirtyrange.interval.PageIntervalMap;
import io.github.dirtyrange.kernel.PageRange;
import io.github.dirtyrange.kernel.TrackedProcess;
import io.github.dirtyrange.kernel.Vma;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Hints at pages that read soft-dirty without a fault because of their mapping: all of a mapping
 * that was not there before, as its pages may have been moved there, and the first page of every
 * other. A mapping made anew in the same place reads soft-dirty as a whole (VM_SOFTDIRTY), so its
 * first page tells. Costs time in proportion to the mappings.
 */
final class MappingHints {

  private final TrackedProcess process;
  private final List<PageRange> ranges;
  private Set<Vma> known = Set.of();

  MappingHints(TrackedProcess process, List<PageRange> ranges) {
    this.process = process;
    this.ranges = ranges;
  }

  /** Takes note of the mappings there are. */
  void learn() {
    known = new HashSet<>(tracked());
  }

  /** Adds the hints, and takes note of the mappings there are. */
  void addTo(PageIntervalMap hints) {
    List<Vma> mappings = tracked();
    for (Vma mapping : mappings) {
      boolean isNew = !known.contains(mapping);
      for (PageRange range : ranges) {
        long start = Math.max(range.startVpn(), mapping.startVpn());
        long end = Math.min(range.endVpn(), mapping.endVpn());
        if (start < end) {
          hints.add(start, isNew ? end : start + 1, SoftDirtyQueueTracker.HINTED);
        }
      }
    }
    known = new HashSet<>(mappings);
  }

  private List<Vma> tracked() {
    List<Vma> tracked = new ArrayList<>(process.maps());
    tracked.removeIf(mapping -> ranges.stream().noneMatch(range -> overlap(range, mapping)));
    return tracked;
  }

  private static boolean overlap(PageRange range, Vma mapping) {
    return range.startVpn() < mapping.endVpn() && mapping.startVpn() < range.endVpn();
  }
}
