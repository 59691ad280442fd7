package io.github.dirtyrange.interval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.dirtyrange.interval.staged.IntervalMaps;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PageRangesTest {

  @Test
  void joinsWhatOverlapsOrTouches() {
    PageRanges ranges = PageRanges.of(30, 40, 5, 10, 10, 12, 35, 50);
    assertThat(ranges.size()).isEqualTo(2);
    assertThat(ranges).hasToString("[5..12 30..50]");
    assertThat(PageRanges.of()).hasToString("[]");
  }

  @Test
  void takesThePagesOfAMapWhateverTheirMasks() {
    PageIntervalMap map = IntervalMaps.create();
    map.add(5, 10, 1);
    map.add(10, 12, 2);
    map.add(12, 13, 4);
    map.add(14, 15, 4);
    assertThat(PageRanges.of(map)).isEqualTo(PageRanges.of(5, 13, 14, 15));
  }

  @Test
  void gapsReachFromTheFirstPageToTheLast() {
    long max = PageIntervalMap.MAX_VPN;
    assertThat(gaps(PageRanges.of(5, 10, 12, 20))).containsExactly(0L, 5L, 10L, 12L, 20L, max);
    assertThat(gaps(PageRanges.of(0, 10, 12, max))).containsExactly(10L, 12L);
    assertThat(gaps(PageRanges.of())).containsExactly(0L, max);
  }

  @Test
  void equalRangesAreEqual() {
    PageRanges ranges = PageRanges.of(5, 10);
    assertThat(ranges)
        .isEqualTo(PageRanges.of(5, 7, 6, 10))
        .hasSameHashCodeAs(PageRanges.of(5, 10))
        .isNotEqualTo(PageRanges.of(5, 11))
        .isNotEqualTo("[5..10]");
    assertThat(ranges.hashCode()).isNotEqualTo(PageRanges.of(5, 11).hashCode());
  }

  @Test
  void refusesWhatIsNoRange() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PageRanges.of(1, 2, 3))
        .withMessage("page ranges come as pairs, not as 3 numbers");
    assertThatIllegalArgumentException().isThrownBy(() -> PageRanges.of(4, 4));
  }

  private static List<Long> gaps(PageRanges ranges) {
    List<Long> edges = new ArrayList<>();
    ranges.forEachGap(
        (start, end) -> {
          edges.add(start);
          edges.add(end);
        });
    return edges;
  }
}
