package io.github.dirtyrange.linux.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dirtyrange.kernel.PageRange;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.TrackedRanges;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class HintedPagesTest {

  private final TrackedRanges ranges =
      TrackedRanges.of(List.of(new PageRange(100, 200), new PageRange(1_000, 4_000)));

  private HintedPages hints(long limit) {
    HintedPages hints = new HintedPages(ranges, new ThreadTally());
    hints.restart(limit);
    return hints;
  }

  private static void fault(HintedPages hints, long... pages) {
    for (long page : pages) {
      hints.fault(Pages.address(page) + 123, 1, 1, 1);
    }
  }

  private static List<PageRange> drain(HintedPages hints) {
    List<PageRange> regions = new ArrayList<>();
    hints.drain((start, end, mask) -> regions.add(new PageRange(start, end)));
    return regions;
  }

  @Test
  void faultsComeOutInOrderOnceAndJoined() {
    HintedPages hints = hints(100);
    fault(hints, 150, 120, 121, 150, 150, 122);
    assertThat(drain(hints)).containsExactly(new PageRange(120, 123), new PageRange(150, 151));
    assertThat(drain(hints)).isEmpty();
  }

  @Test
  void faultsOutsideTheRangesAreNoHints() {
    HintedPages hints = hints(0);
    fault(hints, 0, 99, 200, 999, 4_000);
    assertThat(hints.overflown()).isFalse();
    assertThat(drain(hints)).isEmpty();
  }

  @Test
  void scatteredFaultsBeyondTheLimitOverflowAndARunDoesNot() {
    HintedPages hints = hints(2);
    fault(hints, 110, 111, 112, 113, 150);
    assertThat(hints.overflown()).isFalse();
    fault(hints, 160);
    assertThat(hints.overflown()).isTrue();
    hints.restart(2);
    assertThat(hints.overflown()).isFalse();
    assertThat(drain(hints)).isEmpty();
  }
}
