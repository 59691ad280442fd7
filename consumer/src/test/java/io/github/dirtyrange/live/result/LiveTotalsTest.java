package io.github.dirtyrange.live.result;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dirtyrange.kernel.CauseCounts;
import java.util.List;
import org.junit.jupiter.api.Test;

class LiveTotalsTest {

  private static final LiveTarget TARGET =
      new LiveTarget(
          7, "target", "queue", "a queue", List.of(), 100, 2, 0, 0, 0, 0, 0, 0, List.of());

  private static LiveRound roundAt(long elapsedNanos) {
    return new LiveRound(
        1,
        elapsedNanos,
        10,
        1,
        100,
        RoundMethod.QUEUE,
        1_000,
        0,
        500,
        null,
        new ChangedRegions(),
        List.of(),
        List.of(),
        CauseCounts.NONE,
        List.of(),
        List.of(),
        List.of(),
        List.of());
  }

  /** Each program's time begins anew; its rounds are added to those of the one before. */
  @Test
  void theTimeIsThatOfAllProgramsOfAProcess() {
    LiveTotals totals = new LiveTotals();
    totals.begin(TARGET);
    totals.add(roundAt(1_000_000));
    totals.add(roundAt(2_000_000));
    totals.begin(TARGET);
    totals.add(roundAt(500_000));
    assertThat(totals.summary().rounds()).isEqualTo(3);
    assertThat(totals.summary().elapsedNanos()).isEqualTo(2_500_000);
  }
}
