package io.github.dirtyrange.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CauseCountsTest {

  @Test
  void causesThatChangedNothingAreLeftOut() {
    long[] counts = new long[ChangeCause.values().length];
    assertThat(CauseCounts.of(counts)).isEqualTo(CauseCounts.NONE);
    counts[List.of(ChangeCause.values()).indexOf(ChangeCause.MOVE)] = 3;
    assertThat(CauseCounts.of(counts)).isEqualTo(new CauseCounts(Map.of(ChangeCause.MOVE, 3L)));
    assertThat(CauseCounts.of(counts).pages(ChangeCause.MOVE)).isEqualTo(3);
    assertThat(CauseCounts.of(counts).pages(ChangeCause.FAULT)).isZero();
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
