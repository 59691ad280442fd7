package io.github.dirtyrange.retrace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dirtyrange.live.result.ChangedRegions;
import io.github.dirtyrange.trace.SmallTrace;
import io.github.dirtyrange.trace.TraceException;
import org.junit.jupiter.api.Test;

class PendingRegionsTest {

  private final PendingRegions pending = new PendingRegions(3);

  @Test
  void moreThanAreReplayedAreTold() throws TraceException {
    pending.add(SmallTrace.regions(1, 2, 3, 4));
    pending.add(SmallTrace.regions(5, 6));
    assertThat(pending.parts()).hasSize(2);
    assertThatThrownBy(() -> pending.add(SmallTrace.regions(7, 8)))
        .isInstanceOf(TraceException.class)
        .hasMessage("a round has more than 3 regions, the most replayed");
  }

  @Test
  void eachRoundBeginsAnew() throws TraceException {
    for (int round = 0; round < 3; round++) {
      pending.add(SmallTrace.regions(1, 2, 3, 4));
      assertThat(pending.parts()).hasSize(1);
      pending.clear();
    }
  }

  /** They would be without end, too. */
  @Test
  void blocksWithoutARegionAreNotKept() throws TraceException {
    pending.add(new ChangedRegions());
    assertThat(pending.parts()).isEmpty();
  }
}
