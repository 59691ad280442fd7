package io.github.dirtyrange.report.html;

import io.github.dirtyrange.live.result.MappedPart;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** All memory that was mapped at any time, each address under the name that it had first. */
final class KnownSpace {

  /** A program that maps elsewhere every time would make it longer and longer. */
  static final int MOST_PARTS = 4_096;

  private List<MappedPart> parts = List.of();
  private List<MappedPart> seen = List.of();
  private boolean full;

  /** {@return what is known, ascending and disjoint} */
  List<MappedPart> parts() {
    return parts;
  }

  /** {@return whether some memory was left out, since there was too much of it} */
  boolean isFull() {
    return full;
  }

  /** Adds mappings; {@return whether any of it is new} */
  boolean add(List<MappedPart> mappings) {
    if (mappings.equals(seen)) {
      return false;
    }
    seen = mappings;
    List<MappedPart> fresh = new ArrayList<>();
    mappings.forEach(mapping -> addUnknown(mapping, fresh));
    if (fresh.isEmpty()) {
      return false;
    }
    List<MappedPart> all = new ArrayList<>(parts);
    all.addAll(fresh);
    all.sort(Comparator.comparingLong(MappedPart::startVpn));
    List<MappedPart> joined = joined(all);
    full |= joined.size() > MOST_PARTS;
    if (joined.size() > MOST_PARTS) {
      return false;
    }
    parts = joined;
    return true;
  }

  private void addUnknown(MappedPart mapping, List<MappedPart> fresh) {
    long from = mapping.startVpn();
    for (MappedPart part : parts) {
      if (part.endVpn() <= from) {
        continue;
      }
      if (part.startVpn() >= mapping.endVpn()) {
        break;
      }
      if (from < part.startVpn()) {
        fresh.add(new MappedPart(from, part.startVpn(), mapping.mapping()));
      }
      from = part.endVpn();
    }
    if (from < mapping.endVpn()) {
      fresh.add(new MappedPart(from, mapping.endVpn(), mapping.mapping()));
    }
  }

  /**
   * Joins neighbours of one name: a heap that grows stays one. What is new may be named twice, as
   * added and as mapped, and is one.
   */
  private static List<MappedPart> joined(List<MappedPart> ascending) {
    List<MappedPart> joined = new ArrayList<>();
    for (MappedPart each : ascending) {
      MappedPart last = joined.isEmpty() ? null : joined.get(joined.size() - 1);
      long start = last == null ? each.startVpn() : Math.max(each.startVpn(), last.endVpn());
      if (start >= each.endVpn()) {
        continue;
      }
      MappedPart part = new MappedPart(start, each.endVpn(), each.mapping());
      if (last != null
          && last.endVpn() == part.startVpn()
          && last.mapping().equals(part.mapping())) {
        joined.set(
            joined.size() - 1, new MappedPart(last.startVpn(), part.endVpn(), part.mapping()));
      } else {
        joined.add(part);
      }
    }
    return joined;
  }
}
