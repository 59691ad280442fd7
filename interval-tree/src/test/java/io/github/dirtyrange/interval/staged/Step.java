package io.github.dirtyrange.interval.staged;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dirtyrange.interval.MaskedRange;
import io.github.dirtyrange.interval.PageIntervalMap;
import io.github.dirtyrange.interval.PageRanges;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;

/** One operation with its arguments, which can be done to a map and to its twin. */
record Step(Kind kind, MaskedRange range, long target) {

  enum Kind {
    ADD,
    REMOVE,
    REMOVE_BITS,
    REPLACE,
    MOVE,
    ADD_ALL,
    RETAIN_ALL,
    REMOVE_ALL,
    CLEAR,
    DRAIN,
    READ
  }

  static Arbitrary<Step> in(Space space) {
    Arbitrary<Kind> kinds =
        Arbitraries.frequency(
            Tuple.of(40, Kind.ADD),
            Tuple.of(6, Kind.REMOVE),
            Tuple.of(4, Kind.REMOVE_BITS),
            Tuple.of(2, Kind.REPLACE),
            Tuple.of(3, Kind.MOVE),
            Tuple.of(2, Kind.ADD_ALL),
            Tuple.of(1, Kind.RETAIN_ALL),
            Tuple.of(1, Kind.REMOVE_ALL),
            Tuple.of(1, Kind.CLEAR),
            Tuple.of(1, Kind.DRAIN),
            Tuple.of(4, Kind.READ));
    return Combinators.combine(kinds, space.ranges(), space.edges())
        .as((kind, range, page) -> new Step(kind, range, fitting(space, range, page)));
  }

  /** The target of a move: as near to {@code page} as the window's end allows. */
  private static long fitting(Space space, MaskedRange range, long page) {
    return Math.min(page, space.end() - (range.endVpn() - range.startVpn()));
  }

  void applyTo(PageIntervalMap map) {
    long start = range.startVpn();
    long end = range.endVpn();
    switch (kind) {
      case ADD -> add(map, start, end);
      case REMOVE -> map.remove(start, end);
      case REMOVE_BITS -> map.removeBits(start, end, range.mask());
      case REPLACE -> map.replace(start, end, range.mask());
      case MOVE -> map.move(start, target, end - start);
      case ADD_ALL -> map.addAll(otherMap(start, end));
      case RETAIN_ALL -> map.retainAll(PageRanges.of(start, end));
      case REMOVE_ALL -> map.removeAll(PageRanges.of(start, end));
      case CLEAR -> map.clear();
      case DRAIN -> map.drain((from, to, mask) -> {});
      default -> {}
    }
  }

  void applyTo(DenseTwin twin) {
    long start = range.startVpn();
    long end = range.endVpn();
    switch (kind) {
      case ADD -> twin.add(start, end, range.mask());
      case REMOVE -> twin.removeBits(start, end, -1);
      case REMOVE_BITS -> twin.removeBits(start, end, range.mask());
      case REPLACE -> twin.replace(start, end, range.mask());
      case MOVE -> twin.move(start, target, end - start);
      case ADD_ALL -> {
        twin.add(start, start + 1, range.mask());
        twin.add(end - 1, end, 5);
      }
      case RETAIN_ALL -> twin.keep(true, start, end);
      case REMOVE_ALL -> twin.keep(false, start, end);
      case CLEAR, DRAIN -> twin.clear();
      default -> {}
    }
  }

  /** Reads a window of both in every way there is. */
  void compare(PageIntervalMap map, DenseTwin twin) {
    long start = range.startVpn();
    long end = range.endVpn();
    var expected = twin.regions(start, end);
    assertThat(Regions.of(map, start, end)).isEqualTo(expected);
    assertThat(map.get(start)).isEqualTo(twin.get(start));
    assertThat(map.get(end - 1)).isEqualTo(twin.get(end - 1));
  }

  private void add(PageIntervalMap map, long start, long end) {
    if (end - start == 1) {
      map.add(start, range.mask());
    } else {
      map.add(start, end, range.mask());
    }
  }

  private PageIntervalMap otherMap(long start, long end) {
    PageIntervalMap other = new TreeIntervalMap();
    other.add(start, range.mask());
    other.add(end - 1, 5);
    return other;
  }
}
