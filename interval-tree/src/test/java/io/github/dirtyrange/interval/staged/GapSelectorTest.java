package io.github.dirtyrange.interval.staged;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class GapSelectorTest {

  @Property
  void findsTheSameGapAsSorting(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 40) int wanted) {
    Random random = new Random(seed);
    long[] gaps = random.longs(40, 0, 45).map(bits -> random.nextLong(1L << bits) + 1).toArray();
    Arrays.fill(gaps, 0, 5, gaps[7]);
    GapSelector selector = new GapSelector();
    selector.select(pagesWithGaps(gaps), wanted);
    long[] sorted = gaps.clone();
    Arrays.sort(sorted);
    long expected = sorted[wanted - 1];
    long below = Arrays.stream(gaps).filter(gap -> gap < expected).count();
    assertThat(selector.gap()).isEqualTo(expected);
    assertThat(selector.ties()).isEqualTo((int) (wanted - below));
  }

  private static RegionArray pagesWithGaps(long[] gaps) {
    RegionArray regions = new RegionArray(100, 1L << 40);
    Additions range = new Additions(1);
    long vpn = 0;
    range.setRange(vpn, vpn + 1, 1);
    regions.add(range, 1);
    for (long gap : gaps) {
      vpn += 1 + gap;
      range.setRange(vpn, vpn + 1, 1);
      regions.add(range, 1);
    }
    return regions;
  }
}
