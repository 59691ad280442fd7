package io.github.dirtyrange.inspect;

import io.github.dirtyrange.saved.SavedMapping;
import io.github.dirtyrange.saved.SavedMemory;
import io.github.dirtyrange.saved.SavedRange;
import java.util.ArrayList;
import java.util.List;

/**
 * What a memory has, as it says itself: pages unchanged since its parent are counted as that.
 *
 * @param pageSize bytes of a page
 * @param counts of all mappings
 * @param mappings each with its own
 */
public record MemorySummary(int pageSize, PageCounts counts, List<MappingSummary> mappings) {

  /** Copies the list. */
  public MemorySummary {
    mappings = List.copyOf(mappings);
  }

  /**
   * A mapping and its pages.
   *
   * @param mapping which one
   * @param counts of its pages
   */
  public record MappingSummary(SavedMapping mapping, PageCounts counts) {}

  /** {@return the summary of a memory} Goes through its ranges once, and reads no page. */
  public static MemorySummary of(SavedMemory memory) {
    PageCounts.Tally all = new PageCounts.Tally();
    List<MappingSummary> mappings = new ArrayList<>();
    List<? extends SavedRange> ranges = memory.saved();
    int at = 0;
    for (SavedMapping mapping : memory.mappings()) {
      PageCounts.Tally own = new PageCounts.Tally();
      long pages = mapping.endVpn() - mapping.startVpn();
      own.mapped(pages);
      all.mapped(pages);
      while (at < ranges.size() && ranges.get(at).startVpn() < mapping.endVpn()) {
        SavedRange range = ranges.get(at);
        own.add(range.pageClass(), range.endVpn() - range.startVpn());
        all.add(range.pageClass(), range.endVpn() - range.startVpn());
        at++;
      }
      mappings.add(new MappingSummary(mapping, own.counts()));
    }
    return new MemorySummary(memory.pageSize(), all.counts(), mappings);
  }
}
