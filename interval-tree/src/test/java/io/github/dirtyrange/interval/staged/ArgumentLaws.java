package io.github.dirtyrange.interval.staged;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.dirtyrange.interval.MaskedRange;
import io.github.dirtyrange.interval.PageIntervalMap;
import java.util.List;
import java.util.function.Consumer;
import net.jqwik.api.Example;

/** What every map refuses, changing nothing, and the largest arguments that it takes. */
interface ArgumentLaws {

  long MAX = PageIntervalMap.MAX_VPN;

  /** A new empty map of the implementation under test. */
  PageIntervalMap newMap();

  @Example
  default void refusesPagesOutsideTheSpace() {
    for (long vpn : new long[] {-1, MAX, Long.MAX_VALUE, Long.MIN_VALUE}) {
      refuses("lies outside [0, 2^52)", map -> map.add(vpn, 3));
      refuses("lies outside [0, 2^52)", map -> map.get(vpn));
      refuses("lies outside [0, 2^52)", map -> map.firstAtOrAfter(vpn));
    }
  }

  @Example
  default void refusesRangesOutsideTheSpace() {
    refusesRange("lies outside [0, 2^52)", -1, 5);
    refusesRange("lies outside [0, 2^52)", 4, MAX + 1);
    refusesRange("lies outside [0, 2^52)", MAX, MAX + 1);
  }

  @Example
  default void refusesEmptyAndReversedRanges() {
    refusesRange("is empty or reversed", 5, 5);
    refusesRange("is empty or reversed", 6, 5);
    refusesRange("is empty or reversed", MAX, 5);
  }

  @Example
  default void refusesMasksWithoutABit() {
    refuses("a mask", map -> map.add(5, 0));
    refuses("a mask", map -> map.add(5, 7, 0));
    refuses("a mask", map -> map.replace(5, 7, 0));
    refuses("a mask", map -> map.removeBits(5, 7, 0));
  }

  @Example
  default void refusesMovesOfNoPagesAndOutOfTheSpace() {
    refuses("0 pages are no page range", map -> map.move(5, 9, 0));
    refuses("-1 pages are no page range", map -> map.move(5, 9, -1));
    refuses("are no page range", map -> map.move(0, 0, MAX + 1));
    refuses("lies outside", map -> map.move(5, MAX - 1, 2));
    refuses("lies outside", map -> map.move(MAX - 1, 5, 2));
    refuses("lies outside", map -> map.move(5, -1, 2));
  }

  @Example
  default void takesTheWholeSpace() {
    PageIntervalMap map = newMap();
    map.add(0, 1);
    map.add(MAX - 1, 1);
    assertThat(map.get(MAX - 1)).isOne();
    map.add(0, MAX, 2);
    map.move(0, 0, MAX);
    map.removeBits(0, MAX, 1);
    assertThat(map.firstAtOrAfter(MAX - 1)).isEqualTo(new MaskedRange(MAX - 1, MAX, 2));
    assertThat(Regions.of(map)).containsExactly(new MaskedRange(0, MAX, 2));
    map.remove(0, MAX);
    assertThat(map.isEmpty()).isTrue();
  }

  /** Nothing but whole chunks, of which the staged map keeps many in a place of their own. */
  @Example
  default void takesTheWholeSpaceAtOnce() {
    PageIntervalMap map = newMap();
    map.add(0, MAX, 2);
    assertThat(map.isEmpty()).isFalse();
    assertThat(Regions.drained(map)).containsExactly(new MaskedRange(0, MAX, 2));
    assertThat(map.isEmpty()).isTrue();
    map.add(0, MAX, 2);
    map.remove(0, MAX);
    assertThat(map.isEmpty()).isTrue();
    assertThat(Regions.drained(map)).isEmpty();
  }

  private void refusesRange(String reason, long start, long end) {
    refuses(reason, map -> map.add(start, end, 1));
    refuses(reason, map -> map.replace(start, end, 1));
    refuses(reason, map -> map.remove(start, end));
    refuses(reason, map -> map.removeBits(start, end, 1));
    refuses(reason, map -> map.forEach(start, end, (from, to, mask) -> {}));
    refuses(reason, map -> map.forEachGap(start, end, (from, to) -> {}));
    refuses(reason, map -> map.cursor(start, end));
  }

  private void refuses(String reason, Consumer<PageIntervalMap> call) {
    PageIntervalMap map = newMap();
    refuses(map, reason, call);
    map.add(4, 10, 3);
    List<MaskedRange> before = Regions.of(map);
    refuses(map, reason, call);
    assertThat(Regions.of(map)).isEqualTo(before);
  }

  private static void refuses(PageIntervalMap map, String reason, Consumer<PageIntervalMap> call) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> call.accept(map))
        .withMessageContaining(reason);
  }
}
