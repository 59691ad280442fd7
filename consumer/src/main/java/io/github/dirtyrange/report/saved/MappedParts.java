package io.github.dirtyrange.report.saved;

import io.github.dirtyrange.inspect.MemorySummary.MappingSummary;
import io.github.dirtyrange.live.result.MappedPart;
import io.github.dirtyrange.report.saved.ShowReport.Shown;
import io.github.dirtyrange.saved.SavedMapping;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** What is mapped in any of several memories: parts in order, none over another. */
final class MappedParts {

  private MappedParts() {}

  /** Of what several have, each page has the name that the mapping beginning first has. */
  static List<MappedPart> of(List<Shown> memories) {
    List<SavedMapping> all =
        memories.stream()
            .flatMap(shown -> shown.summary().mappings().stream())
            .map(MappingSummary::mapping)
            .sorted(Comparator.comparingLong(SavedMapping::startVpn))
            .toList();
    List<MappedPart> parts = new ArrayList<>();
    long end = 0;
    for (SavedMapping each : all) {
      long start = Math.max(end, each.startVpn());
      if (start < each.endVpn()) {
        add(parts, start, each);
        end = each.endVpn();
      }
    }
    return parts;
  }

  /** What goes on under the same name is one. */
  private static void add(List<MappedPart> parts, long start, SavedMapping mapping) {
    int last = parts.size() - 1;
    if (last >= 0
        && parts.get(last).endVpn() == start
        && parts.get(last).mapping().equals(mapping.name())) {
      parts.set(last, new MappedPart(parts.get(last).startVpn(), mapping.endVpn(), mapping.name()));
    } else {
      parts.add(new MappedPart(start, mapping.endVpn(), mapping.name()));
    }
  }
}
