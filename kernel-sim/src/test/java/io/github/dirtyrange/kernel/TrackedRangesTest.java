package io.github.dirtyrange.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.NotEmpty;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class TrackedRangesTest {

  private static final int PAGES = 200;

  @Property
  void theyHoldThePagesOfTheListAndNoOthers(
      @ForAll @NotEmpty @Size(max = 30) List<@IntRange(max = 6) Integer> steps) {
    List<PageRange> list = list(steps);
    BitSet pages = new BitSet();
    list.forEach(range -> pages.set((int) range.startVpn(), (int) range.endVpn()));
    TrackedRanges ranges = TrackedRanges.of(list);

    assertThat(pagesOf(ranges)).isEqualTo(pages);
    assertThat(ranges.pages()).isEqualTo(pages.cardinality());
    assertThat(TrackedRanges.of(ranges.toList())).isEqualTo(ranges).hasSameHashCodeAs(ranges);
    for (int vpn = 0; vpn < PAGES; vpn++) {
      int range = ranges.find(vpn);
      assertThat(range >= 0).isEqualTo(pages.get(vpn)).isEqualTo(ranges.contains(vpn));
      if (range >= 0) {
        assertThat((long) vpn).isBetween(ranges.startVpn(range), ranges.endVpn(range) - 1);
      }
    }
  }

  @Property
  void rangesNeverTouch(@ForAll @NotEmpty @Size(max = 30) List<@IntRange(max = 6) Integer> steps) {
    TrackedRanges ranges = TrackedRanges.of(list(steps));
    for (int i = 1; i < ranges.count(); i++) {
      assertThat(ranges.startVpn(i)).isGreaterThan(ranges.endVpn(i - 1));
    }
  }

  @Property
  void aPartIsTheirPagesInIt(
      @ForAll @NotEmpty @Size(max = 30) List<@IntRange(max = 6) Integer> steps,
      @ForAll @IntRange(max = PAGES) int startVpn,
      @ForAll @IntRange(max = PAGES) int length) {
    TrackedRanges ranges = TrackedRanges.of(list(steps));
    BitSet expected = pagesOf(ranges);
    expected.clear(0, startVpn);
    expected.clear(startVpn + length, 2 * PAGES);
    BitSet clipped = new BitSet();
    ranges.clip(startVpn, startVpn + length, (from, to) -> clipped.set((int) from, (int) to));
    assertThat(clipped).isEqualTo(expected);
  }

  @Property
  void whatIsExcludedIsTakenOutInAnyOrder(
      @ForAll @NotEmpty @Size(max = 30) List<@IntRange(max = 6) Integer> steps,
      @ForAll @Size(max = 8) List<@IntRange(max = PAGES) Integer> starts) {
    TrackedRanges ranges = TrackedRanges.of(list(steps));
    BitSet expected = pagesOf(ranges);
    List<PageRange> excluded = new ArrayList<>();
    for (int start : starts) {
      int end = start + 1 + start % 7;
      excluded.add(new PageRange(start, end));
      expected.clear(start, end);
    }
    if (expected.isEmpty()) {
      assertThatThrownBy(() -> ranges.without(excluded)).hasMessageContaining("nothing is left");
      return;
    }
    assertThat(pagesOf(ranges.without(excluded))).isEqualTo(expected);
  }

  @Test
  void allOfUserSpaceIsOneRange() {
    TrackedRanges all = TrackedRanges.allOfUserSpace();
    assertThat(all.count()).isEqualTo(1);
    assertThat(all.pages()).isEqualTo((1L << 35) - 1);
    assertThat(all.contains(0)).isTrue();
    assertThat(all.contains((1L << 35) - 2)).isTrue();
    assertThat(all.contains((1L << 35) - 1)).isFalse();
    assertThat(all.without(List.of(new PageRange(5, 7))).toString())
        .isEqualTo("[0, 5) [7, 34359738367)");
  }

  @Test
  void listsOutOfOrderAreRefused() {
    List<PageRange> overlapping = List.of(new PageRange(0, 5), new PageRange(4, 6));
    assertThatThrownBy(() -> TrackedRanges.of(overlapping)).hasMessageContaining("overlap");
    List<PageRange> none = List.of();
    assertThatThrownBy(() -> TrackedRanges.of(none)).hasMessageContaining("at least one");
  }

  @Test
  void manyRangesAreShownInOneLine() {
    List<PageRange> list = new ArrayList<>();
    for (int i = 0; i < 1000; i++) {
      list.add(new PageRange(2L * i, 2L * i + 1));
    }
    assertThat(TrackedRanges.of(list).toString()).endsWith("[14, 15) and 992 more");
  }

  /** Each step is a range of its size, at least a page, and a gap after it or none. */
  private static List<PageRange> list(List<Integer> steps) {
    List<PageRange> list = new ArrayList<>();
    int at = 0;
    for (int step : steps) {
      list.add(new PageRange(at, at + 1L + step / 2));
      at += 1 + step / 2 + step % 3;
    }
    return list;
  }

  private static BitSet pagesOf(TrackedRanges ranges) {
    BitSet pages = new BitSet();
    for (int i = 0; i < ranges.count(); i++) {
      pages.set((int) ranges.startVpn(i), (int) ranges.endVpn(i));
    }
    return pages;
  }
}
