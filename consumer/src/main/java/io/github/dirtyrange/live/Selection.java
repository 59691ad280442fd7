package io.github.dirtyrange.live;

import io.github.dirtyrange.kernel.PageRange;
import io.github.dirtyrange.kernel.TrackedRanges;
import io.github.dirtyrange.kernel.Vma;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The places of a process in which changes matter; the whole of it where none is named.
 *
 * <p>A name chooses mappings that come later as well. So where there is one, all is tracked but the
 * mappings that are there from the beginning and have not been chosen, and what comes later under
 * another name is left out of what is told.
 */
final class Selection {

  private final List<Place.Named> names;
  private final @Nullable TrackedRanges addresses;

  Selection(List<Place> places) {
    List<PageRange> ranges = new ArrayList<>();
    names = new ArrayList<>();
    for (Place place : places) {
      if (place instanceof Place.Addresses some) {
        ranges.add(some.range());
      } else if (place instanceof Place.Named named) {
        names.add(named);
      }
    }
    addresses = ranges.isEmpty() ? null : TrackedRanges.of(joined(ranges));
  }

  private static List<PageRange> joined(List<PageRange> ranges) {
    ranges.sort(Comparator.comparingLong(PageRange::startVpn));
    List<PageRange> joined = new ArrayList<>();
    for (PageRange range : ranges) {
      int last = joined.size() - 1;
      if (last >= 0 && range.startVpn() <= joined.get(last).endVpn()) {
        long end = Math.max(joined.get(last).endVpn(), range.endVpn());
        joined.set(last, new PageRange(joined.get(last).startVpn(), end));
      } else {
        joined.add(range);
      }
    }
    return joined;
  }

  private boolean isEverything() {
    return names.isEmpty() && addresses == null;
  }

  /** {@return the ranges to track in a process of these mappings} */
  TrackedRanges ranges(List<Vma> mappings) {
    if (names.isEmpty()) {
      return addresses == null ? TrackedRanges.allOfUserSpace() : addresses;
    }
    List<PageRange> others = new ArrayList<>();
    for (Vma mapping : mappings) {
      if (!isNamed(mapping)) {
        others.addAll(outsideAddresses(mapping));
      }
    }
    return others.isEmpty()
        ? TrackedRanges.allOfUserSpace()
        : TrackedRanges.allOfUserSpace().without(others);
  }

  private List<PageRange> outsideAddresses(Vma mapping) {
    List<PageRange> rest = new ArrayList<>();
    long[] at = {mapping.startVpn()};
    if (addresses != null) {
      addresses.clip(
          mapping.startVpn(),
          mapping.endVpn(),
          (from, to) -> {
            addUnlessEmpty(at[0], from, rest);
            at[0] = to;
          });
    }
    addUnlessEmpty(at[0], mapping.endVpn(), rest);
    return rest;
  }

  private static void addUnlessEmpty(long startVpn, long endVpn, List<PageRange> list) {
    if (startVpn < endVpn) {
      list.add(new PageRange(startVpn, endVpn));
    }
  }

  private boolean isNamed(@Nullable Vma mapping) {
    return mapping != null && names.stream().anyMatch(name -> name.isOf(mapping));
  }

  /** {@return whether all of a mapping is chosen, or of what is in none} */
  boolean isAllOf(@Nullable Vma mapping) {
    return isEverything() || isNamed(mapping);
  }

  /** Hands out the chosen parts of a range that lies inside one mapping, or in none. */
  void clip(long startVpn, long endVpn, @Nullable Vma mapping, TrackedRanges.Visitor visitor) {
    if (isAllOf(mapping)) {
      visitor.range(startVpn, endVpn);
    } else if (addresses != null) {
      addresses.clip(startVpn, endVpn, visitor);
    }
  }

  /**
   * Refuses places where nothing is.
   *
   * @throws NothingThereException if nothing is mapped in one of them
   */
  void requireSomething(List<Vma> mappings) {
    for (Place.Named name : names) {
      if (mappings.stream().noneMatch(name::isOf)) {
        throw new NothingThereException("the process has no mapping " + name.name());
      }
    }
    if (addresses != null) {
      for (PageRange range : addresses.toList()) {
        if (mappings.stream()
            .noneMatch(
                mapping ->
                    mapping.startVpn() < range.endVpn() && range.startVpn() < mapping.endVpn())) {
          throw new NothingThereException(
              String.format(
                  "the process has nothing mapped in 0x%x-0x%x",
                  range.startVpn() << 12, range.endVpn() << 12));
        }
      }
    }
  }
}
