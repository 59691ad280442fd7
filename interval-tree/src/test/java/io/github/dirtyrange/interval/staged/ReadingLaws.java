package io.github.dirtyrange.interval.staged;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.github.dirtyrange.interval.MaskedRange;
import io.github.dirtyrange.interval.PageIntervalMap;
import io.github.dirtyrange.interval.RegionCursor;
import io.github.dirtyrange.interval.RegionVisitor;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.LongStream;
import net.jqwik.api.Example;

/** Cursors, comparison and text, which every map has alike. */
interface ReadingLaws {

  /** A new empty map of the implementation under test. */
  PageIntervalMap newMap();

  @Example
  default void cursorStaysInItsWindow() {
    PageIntervalMap map = newMap();
    map.add(0, 10, 1);
    map.add(20, 30, 2);
    map.add(40, 50, 3);
    assertThat(walk(map.cursor(5, 45)))
        .containsExactly(
            new MaskedRange(5, 10, 1), new MaskedRange(20, 30, 2), new MaskedRange(40, 45, 3));
    assertThat(walk(map.cursor(10, 20))).isEmpty();
  }

  @Example
  default void gapsAreWhatTheRegionsLeave() {
    PageIntervalMap map = newMap();
    map.add(0, 5, 1);
    map.add(5, 7, 2);
    map.add(9, 10, 1);
    assertThat(gaps(map, 0, 10)).containsExactly(new MaskedRange(7, 9, 0));
    assertThat(gaps(map, 6, 12))
        .containsExactly(new MaskedRange(7, 9, 0), new MaskedRange(10, 12, 0));
    assertThat(gaps(map, 7, 8)).containsExactly(new MaskedRange(7, 8, 0));
    assertThat(gaps(map, 1, 6)).isEmpty();
  }

  private static List<MaskedRange> gaps(PageIntervalMap map, long startVpn, long endVpn) {
    List<MaskedRange> gaps = new ArrayList<>();
    map.forEachGap(startVpn, endVpn, (start, end) -> gaps.add(new MaskedRange(start, end, 0)));
    return gaps;
  }

  @Example
  default void cursorPassesAllOfManyRegions() {
    PageIntervalMap map = stripes(200);
    assertThat(walk(map.cursor(0, 1000))).isEqualTo(Regions.of(map)).hasSize(200);
  }

  @Example
  default void cursorLetsItsCallerRemoveWhatItHasSeen() {
    PageIntervalMap map = stripes(200);
    List<MaskedRange> all = Regions.of(map);
    List<MaskedRange> seen = new ArrayList<>();
    RegionCursor cursor = map.cursor(0, 1000);
    while (cursor.next()) {
      seen.add(new MaskedRange(cursor.startVpn(), cursor.endVpn(), cursor.mask()));
      map.remove(cursor.startVpn(), cursor.endVpn());
    }
    assertThat(seen).isEqualTo(all);
    assertThat(map.isEmpty()).isTrue();
  }

  @Example
  default void cursorSeesWhatChangesAhead() {
    PageIntervalMap map = stripes(4);
    RegionCursor cursor = map.cursor(0, 1000);
    assertThat(cursor.next()).isTrue();
    map.remove(5, 10);
    map.add(10, 4);
    map.add(900, 910, 8);
    assertThat(walk(cursor))
        .containsExactly(
            new MaskedRange(10, 11, 5),
            new MaskedRange(11, 12, 1),
            new MaskedRange(15, 17, 1),
            new MaskedRange(900, 910, 8));
  }

  /** Whatever two changes come between two steps, the walk goes on as if it began there. */
  @Example
  default void cursorSeesEveryPairOfChanges() {
    List<Consumer<PageIntervalMap>> changes =
        List.of(
            map -> map.add(30, 2),
            map -> map.add(30, 2),
            map -> map.add(31, 35, 4),
            map -> map.add(40, 1L << 40, 8),
            map -> map.remove(16, 17),
            map -> map.remove(10, 1L << 40),
            map -> map.removeBits(10, 11, 1),
            map -> map.removeBits(10, 1L << 40, 1),
            map -> map.drain((start, end, mask) -> {}),
            PageIntervalMap::clear);
    for (Consumer<PageIntervalMap> one : changes) {
      for (Consumer<PageIntervalMap> other : changes) {
        PageIntervalMap map = stripes(4);
        RegionCursor cursor = map.cursor(0, PageIntervalMap.MAX_VPN);
        assertThat(cursor.next()).isTrue();
        assertThat(cursor.next()).isTrue();
        one.accept(map);
        other.accept(map);
        assertThat(walk(cursor)).isEqualTo(walk(map.cursor(7, PageIntervalMap.MAX_VPN)));
      }
    }
  }

  @Example
  default void aVisitorThatThrowsLeavesTheMapAsItWas() {
    for (int handedOut = 0; handedOut < 20; handedOut++) {
      PageIntervalMap map = spread();
      List<MaskedRange> before = Regions.of(spread());
      stopAfter(handedOut, map::drain);
      assertThat(Regions.of(map)).isEqualTo(before);
      stopAfter(handedOut, map::forEach);
      assertThat(Regions.drained(map)).isEqualTo(before);
      PageIntervalMap drainedTwice = spread();
      stopAfter(handedOut, drainedTwice::drain);
      assertThat(Regions.drained(drainedTwice)).isEqualTo(before);
      map.add(5, 7, 1);
      map.add(60, 70, 4);
      assertThat(Regions.drained(map))
          .containsExactly(new MaskedRange(5, 7, 1), new MaskedRange(60, 70, 4));
    }
  }

  private static void stopAfter(int handedOut, Consumer<RegionVisitor> reading) {
    int[] seen = {0};
    assertThatIllegalStateException()
        .isThrownBy(
            () ->
                reading.accept(
                    (start, end, mask) -> {
                      if (seen[0]++ == handedOut) {
                        throw new IllegalStateException("enough");
                      }
                    }));
  }

  /** Regions in several chunks and of several masks, more than one in a word of 64 pages. */
  private PageIntervalMap spread() {
    PageIntervalMap map = newMap();
    for (long i = 0; i < 30; i++) {
      map.add(i * 20_000, i * 20_000 + 90, 1L << i % 3);
      map.add(i * 20_000 + 50, 8);
    }
    map.remove(100_000, 100_010);
    return map;
  }

  @Example
  default void mapsThatDifferAreNotEqual() {
    PageIntervalMap map = stripes(3);
    for (MaskedRange change :
        List.of(
            new MaskedRange(2, 3, 1),
            new MaskedRange(9, 10, 1),
            new MaskedRange(5, 7, 3),
            new MaskedRange(500, 501, 1))) {
      PageIntervalMap other = stripes(3);
      other.add(change.startVpn(), change.endVpn(), change.mask());
      assertThat(other).isNotEqualTo(map);
      assertThat(map).isNotEqualTo(other);
      assertThat(other.hashCode()).isNotEqualTo(map.hashCode());
    }
    assertThat(map).isNotEqualTo(newMap()).isNotEqualTo("a map").isEqualTo(stripes(3));
  }

  @Example
  default void hashCodesOfNeighboursDiffer() {
    long distinct =
        LongStream.range(0, 1000)
            .map(
                i -> {
                  PageIntervalMap map = newMap();
                  map.add(i % 10, 20 + i / 10 % 10, 1 + i / 100);
                  return map.hashCode();
                })
            .distinct()
            .count();
    assertThat(distinct).isGreaterThan(500);
  }

  @Example
  default void textShowsSixteenRegions() {
    assertThat(newMap()).hasToString("{}");
    PageIntervalMap map = newMap();
    map.add(3, 5, 0x1F);
    map.add(7, 8, 1);
    assertThat(map).hasToString("{[3, 5)=0x1f [7, 8)=0x1}");
    assertThat(stripes(20).toString()).endsWith("[75, 77)=0x1}");
  }

  /** Two of every five pages, so many times. */
  private PageIntervalMap stripes(int count) {
    PageIntervalMap map = newMap();
    for (long i = 0; i < count; i++) {
      map.add(5 * i, 5 * i + 2, 1);
    }
    return map;
  }

  private static List<MaskedRange> walk(RegionCursor cursor) {
    List<MaskedRange> regions = new ArrayList<>();
    while (cursor.next()) {
      regions.add(new MaskedRange(cursor.startVpn(), cursor.endVpn(), cursor.mask()));
    }
    return regions;
  }
}
