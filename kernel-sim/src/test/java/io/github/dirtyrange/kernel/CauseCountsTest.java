package io.github.dirtyrange.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CauseCountsTest {

  @Test
  void causesThatChangedNothingAreLeftOut() {
    CauseCounts counts = new CauseCounts(Map.of(ChangeCause.MOVE, 3L, ChangeCause.ZAP, 0L));
    assertThat(counts).isEqualTo(new CauseCounts(Map.of(ChangeCause.MOVE, 3L)));
    assertThat(counts.pages(ChangeCause.MOVE)).isEqualTo(3);
    assertThat(counts.pages(ChangeCause.ZAP)).isZero();
    assertThat(new CauseCounts(Map.of(ChangeCause.ZAP, 0L))).isEqualTo(CauseCounts.NONE);
  }

  @Test
  void countsOfTwoDrainsAddUp() {
    CauseCounts first = new CauseCounts(Map.of(ChangeCause.FAULT, 2L, ChangeCause.ZAP, 1L));
    CauseCounts second = new CauseCounts(Map.of(ChangeCause.FAULT, 5L, ChangeCause.FORK, 7L));
    assertThat(first.plus(second).pages())
        .containsExactly(
            Map.entry(ChangeCause.FAULT, 7L),
            Map.entry(ChangeCause.ZAP, 1L),
            Map.entry(ChangeCause.FORK, 7L));
  }

  @Test
  void countsDoNotFollowTheMapTheyWereMadeOf() {
    Map<ChangeCause, Long> counts = new EnumMap<>(Map.of(ChangeCause.SPLIT, 512L));
    CauseCounts made = new CauseCounts(counts);
    counts.put(ChangeCause.SPLIT, 0L);
    assertThat(made.pages(ChangeCause.SPLIT)).isEqualTo(512);
  }
}
