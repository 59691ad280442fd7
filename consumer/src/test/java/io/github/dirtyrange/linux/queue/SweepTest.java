package io.github.dirtyrange.linux.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dirtyrange.kernel.CostModel;
import io.github.dirtyrange.kernel.PageRange;
import io.github.dirtyrange.kernel.TrackedRanges;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SweepTest {

  private static final long SECOND = 1_000_000_000;

  private final LearntCosts costs = LearntCosts.unchanging(CostModel.defaults());

  private long slice(Sweep sweep, TrackedRanges ranges, long sinceLastNanos) {
    HintedPages hints = new HintedPages(ranges, new ThreadTally());
    hints.restart(Long.MAX_VALUE);
    sweep.addNext(hints, sinceLastNanos);
    long[] pages = {0};
    hints.drain((startVpn, endVpn, mask) -> pages[0] += endVpn - startVpn);
    return pages[0];
  }

  @Test
  void aSliceTakesAShareOfTheTimeBetweenTheDrainsAndIsBounded() {
    TrackedRanges ranges = TrackedRanges.of(List.of(new PageRange(0, 1 << 24)));
    Sweep sweep = new Sweep(() -> ranges, costs);
    assertThat(slice(sweep, ranges, 0)).isEqualTo(Sweep.LEAST_PAGES);
    long tenth = slice(sweep, ranges, SECOND / 20);
    assertThat(costs.spanNanos(tenth)).isBetween(0.99e-3 * SECOND / 20, 1.01e-3 * SECOND / 20);
    assertThat(slice(sweep, ranges, 3_600 * SECOND)).isEqualTo(Sweep.MOST_PAGES);
  }

  @Test
  void aSliceGoesOnOverTheBordersOfRanges() {
    TrackedRanges ranges =
        TrackedRanges.of(
            IntStream.range(0, 16_000).mapToObj(i -> new PageRange(2L * i, 2L * i + 1)).toList());
    Sweep sweep = new Sweep(() -> ranges, costs);
    assertThat(slice(sweep, ranges, SECOND / 10)).isGreaterThan(50);
  }

  @Test
  void everyPageIsComeUponInTurn() {
    PageRange low = new PageRange(10, 500);
    PageRange high = new PageRange(1_000, 1_900);
    TrackedRanges ranges = TrackedRanges.of(List.of(low, high));
    Sweep sweep = new Sweep(() -> ranges, costs);
    HintedPages hints = new HintedPages(ranges, new ThreadTally());
    hints.restart(Long.MAX_VALUE);
    for (int drain = 0; drain < 4; drain++) {
      sweep.addNext(hints, 0);
    }
    long[] pages = {0};
    hints.drain((startVpn, endVpn, mask) -> pages[0] += endVpn - startVpn);
    assertThat(pages[0]).isEqualTo(low.pages() + high.pages());
  }

  @Test
  void whatIsMappedIsLookedAtAgainWhenTheWalkBeginsAnewAndNotTooOften() {
    List<TrackedRanges> mapped =
        List.of(
            TrackedRanges.of(new PageRange(0, 100)), TrackedRanges.of(new PageRange(5_000, 5_200)));
    int[] looks = {0};
    Sweep sweep = new Sweep(() -> mapped.get(Math.min(looks[0]++, 1)), costs);
    assertThat(sweep.mappedPages()).isEqualTo(100);
    TrackedRanges all = TrackedRanges.allOfUserSpace();
    assertThat(slice(sweep, all, SECOND / 2)).isEqualTo(100);
    assertThat(sweep.mappedPages()).as("half a second is too soon").isEqualTo(100);
    slice(sweep, all, SECOND);
    assertThat(sweep.mappedPages()).isEqualTo(200);
    assertThat(slice(sweep, all, 0)).isEqualTo(200);
    assertThat(looks[0]).isEqualTo(2);
  }
}
