package io.github.dirtyrange.workload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class PagePatternTest {

  @Property
  void aSetHasExactlyTheCountOfDistinctPagesWithinBounds(
      @ForAll PagePattern pattern,
      @ForAll @IntRange(min = 1, max = 3000) int mapped,
      @ForAll @DoubleRange(min = 0, max = 1) double share,
      @ForAll long seed,
      @ForAll @IntRange(min = 0, max = 1000) int round) {
    int count = (int) Math.round(share * mapped);
    int[] pages = pattern.pages(mapped, count, seed, round);
    assertThat(Arrays.stream(pages).distinct().count()).isEqualTo(count);
    assertThat(pages).hasSize(count);
    assertThat(Arrays.stream(pages).allMatch(page -> page >= 0 && page < mapped)).isTrue();
  }

  @Property
  void theSameSeedAndRoundGiveTheSamePages(
      @ForAll PagePattern pattern,
      @ForAll long seed,
      @ForAll @IntRange(min = 0, max = 1000) int round) {
    assertThat(pattern.pages(1000, 100, seed, round))
        .containsExactly(pattern.pages(1000, 100, seed, round));
  }

  @Property
  void roundsAndSeedsDiffer(@ForAll PagePattern pattern, @ForAll @IntRange(max = 1000) int seed) {
    int[] pages = pattern.pages(100_000, 100, seed, 0);
    assertThat(pages).isNotEqualTo(pattern.pages(100_000, 100, seed, 1));
    assertThat(pages).isNotEqualTo(pattern.pages(100_000, 100, seed + 1L, 0));
  }

  @Test
  void uniformPagesSpreadOverTheWholeMapping() {
    int[] pages = PagePattern.UNIFORM.pages(1 << 20, 1600, 7, 3);
    int[] perSixteenth = new int[16];
    for (int page : pages) {
      perSixteenth[page >> 16]++;
    }
    // 100 expected in each; five standard deviations are 48.
    for (int count : perSixteenth) {
      assertThat(count).isBetween(52, 148);
    }
  }

  @Test
  void runsAreTenNeighbours() {
    int[] pages = PagePattern.RUNS.pages(1_000_000, 1000, 1, 0);
    for (int at = 0; at < pages.length; at += PagePattern.RUN_PAGES) {
      for (int i = 1; i < PagePattern.RUN_PAGES; i++) {
        assertThat(pages[at + i]).isEqualTo(pages[at] + i);
      }
    }
  }

  @Test
  void aHotSetComesBackInEveryRound() {
    int[] first = PagePattern.ZIPF.pages(1 << 20, 1000, 1, 0);
    int[] second = PagePattern.ZIPF.pages(1 << 20, 1000, 1, 1);
    assertThat(common(first, second)).isGreaterThan(100);
    int[] uniform = PagePattern.UNIFORM.pages(1 << 20, 1000, 1, 1);
    assertThat(common(first, uniform)).isLessThan(20);
  }

  @Test
  void sequentialRoundsFollowOneAnotherAndWrapAround() {
    int[] first = PagePattern.SEQUENTIAL.pages(100, 60, 0, 0);
    int[] second = PagePattern.SEQUENTIAL.pages(100, 60, 0, 1);
    assertThat(first[0]).isZero();
    assertThat(second[0]).isEqualTo(60);
    assertThat(second[59]).isEqualTo(19);
  }

  @Test
  void morePagesThanAreMappedAreRefused() {
    assertThatThrownBy(() -> PagePattern.UNIFORM.pages(10, 11, 1, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("11 pages of 10");
  }

  private static long common(int[] a, int[] b) {
    return Arrays.stream(a).filter(page -> Arrays.stream(b).anyMatch(p -> p == page)).count();
  }
}
