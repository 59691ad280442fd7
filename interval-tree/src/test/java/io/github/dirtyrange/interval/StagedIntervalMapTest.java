package io.github.dirtyrange.interval;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** What the staged map keeps from one filling to the next, and what it does with its memory. */
class StagedIntervalMapTest {

  /** Bitmaps of dense chunks stay open over a drain, and then hold pages before anything else. */
  @Property(tries = 30)
  void denseChunksAreRightFillingAfterFilling(@ForAll("limits") StagedLimits limits) {
    Random random = new Random(limits.logItems());
    StagedIntervalMap map = new StagedIntervalMap(limits);
    Space space = new Space(32_768 - 1000, 3000);
    DenseTwin twin = new DenseTwin(space.start(), (int) space.pages());
    for (int filling = 0; filling < 4; filling++) {
      for (int i = 0; i < 4000; i++) {
        change(map, twin, space, random);
        if (i == 10) {
          assertThat(map.isEmpty()).isFalse();
          assertThat(Regions.of(map)).isEqualTo(twin.regions());
        }
      }
      assertThat(Regions.drained(map)).isEqualTo(twin.regions());
      assertThat(map.isEmpty()).isTrue();
      twin.clear();
    }
  }

  @Example
  void pagesThatComeAgainAndAgainDoNotPileUp() {
    StagedIntervalMap map = new StagedIntervalMap(IntervalMapLawsTest.tiny(64));
    for (int i = 0; i < 200_000; i++) {
      map.add(i % 500 * 70_001L, 1);
    }
    assertThat(map.memoryBytes()).isLessThan(60_000);
    assertThat(map.pageCount()).isEqualTo(500);
  }

  @Example
  void clearingGivesTheMemoryBack() {
    PageIntervalMap map = PageIntervalMap.create();
    for (int i = 0; i < 300_000; i++) {
      map.add(i * 3L, 1);
    }
    assertThat(map.memoryBytes()).isGreaterThan(1 << 18);
    map.clear();
    assertThat(map.memoryBytes()).isLessThan(1 << 15);
    map.add(5, 1);
    assertThat(Regions.of(map)).containsExactly(new MaskedRange(5, 6, 1));
  }

  private static void change(PageIntervalMap map, DenseTwin twin, Space space, Random random) {
    long start = space.start() + random.nextInt(2900);
    long mask = 1L << random.nextInt(2);
    if (random.nextInt(300) > 0) {
      map.add(start, mask);
      twin.add(start, start + 1, mask);
    } else if (random.nextBoolean()) {
      map.remove(start, start + 90);
      twin.removeBits(start, start + 90, -1);
    } else {
      map.removeBits(start, start + 90, mask);
      twin.removeBits(start, start + 90, mask);
    }
  }

  @Provide
  Arbitrary<StagedLimits> limits() {
    return Arbitraries.integers().between(1, 9).map(i -> IntervalMapLawsTest.tiny(4 << i));
  }
}
