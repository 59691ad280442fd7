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
 * that was not there before, as its pages may have been moved there, and the first and last page of
 * every other. A mapping made anew in the same place reads soft-dirty as a whole (VM_SOFTDIRTY), so
 * one page tells; and a huge page that reaches over the border of a tracked range shows at the
 * border, whichever side of it faulted. Costs time in proportion to the mappings.
 */
final class MappingHints {

  private final TrackedProcess process;
  private final List<PageRange> ranges;
  private List<Vma> seen = List.of();
  private List<Vma> tracked = List.of();

  MappingHints(TrackedProcess process, List<PageRange> ranges) {
    this.process = process;
    this.ranges = ranges;
  }

  /** Takes note of the mappings there are. */
  void learn() {
    List<Vma> mappings = process.maps();
    if (!mappings.equals(seen)) {
      seen = mappings;
      tracked = new ArrayList<>(mappings);
      tracked.removeIf(mapping -> ranges.stream().noneMatch(range -> overlap(range, mapping)));
    }
  }

  /** Takes note of the mappings there are, and adds the hints. */
  void addTo(PageIntervalMap hints) {
    List<Vma> before = tracked;
    learn();
    Set<Vma> known = new HashSet<>(before);
    for (Vma mapping : tracked) {
      for (PageRange range : ranges) {
        long start = Math.max(range.startVpn(), mapping.startVpn());
        long end = Math.min(range.endVpn(), mapping.endVpn());
        if (start < end) {
          hints.add(start, known.contains(mapping) ? start + 1 : end, SoftDirtyQueueTracker.HINTED);
          hints.add(end - 1, SoftDirtyQueueTracker.HINTED);
        }
      }
    }
  }

  private static boolean overlap(PageRange range, Vma mapping) {
    return range.startVpn() < mapping.endVpn() && mapping.startVpn() < range.endVpn();
  }
}
