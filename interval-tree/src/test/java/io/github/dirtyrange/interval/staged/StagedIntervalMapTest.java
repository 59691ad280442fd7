package io.github.dirtyrange.interval.staged;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.github.dirtyrange.interval.MaskedRange;
import io.github.dirtyrange.interval.PageIntervalMap;
import java.util.Random;
import java.util.function.Predicate;
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
  void aSmallerFillingOfTheSameWordHasNothingOfTheOneBefore() {
    for (long omitted = 64; omitted < 67; omitted++) {
      PageIntervalMap map = IntervalMaps.create();
      for (long vpn = 64; vpn < 67; vpn++) {
        map.add(vpn, 1L << vpn);
      }
      assertThat(Regions.drained(map)).hasSize(3);
      for (long vpn = 64; vpn < 67; vpn++) {
        if (vpn != omitted) {
          map.add(vpn, 1L << vpn);
        }
      }
      assertThat(Regions.drained(map)).hasSize(2).noneMatch(contains(omitted));
    }
  }

  private static Predicate<MaskedRange> contains(long vpn) {
    return region -> region.startVpn() <= vpn && vpn < region.endVpn();
  }

  @Example
  void rangesOfOneFillingAreDrainedInTheOrderTheyCame() {
    PageIntervalMap map = IntervalMaps.create();
    map.add(0, 1000, 1);
    map.add(500, 1000, 2);
    map.remove(800, 900);
    map.add(810, 1);
    assertThat(Regions.drained(map))
        .containsExactly(
            new MaskedRange(0, 500, 1),
            new MaskedRange(500, 800, 3),
            new MaskedRange(810, 811, 1),
            new MaskedRange(900, 1000, 3));
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
    PageIntervalMap map = IntervalMaps.create();
    for (int i = 0; i < 300_000; i++) {
      map.add(i * 3L, 1);
    }
    assertThat(map.memoryBytes()).isGreaterThan(1 << 18);
    map.clear();
    assertThat(map.memoryBytes()).isLessThan(1 << 15);
    map.add(5, 1);
    assertThat(Regions.of(map)).containsExactly(new MaskedRange(5, 6, 1));
  }

  @Example
  void aFillingMayLieInKeptBitmapsOnly() {
    PageIntervalMap map = new StagedIntervalMap(IntervalMapLawsTest.tiny(64));
    addDense(0, map);
    map.drain((start, end, mask) -> {});
    map.add(128, 1);
    assertThat(map.isEmpty()).isFalse();
    assertThat(Regions.drained(map)).containsExactly(new MaskedRange(128, 129, 1));
  }

  /** Pages dense at both ends of the space, so that no segment reaches from one to the other. */
  @Example
  void denseChunksMayLieFarApart() {
    PageIntervalMap map = new StagedIntervalMap(IntervalMapLawsTest.tiny(64));
    TreeIntervalMap twin = new TreeIntervalMap();
    addDense(0, map, twin);
    addDense(PageIntervalMap.MAX_VPN - Chunk.PAGES, map, twin);
    map.removeBits(0, PageIntervalMap.MAX_VPN, 2);
    twin.removeBits(0, PageIntervalMap.MAX_VPN, 2);
    assertThat(Regions.of(map)).isEqualTo(Regions.of(twin));
  }

  /** The visitor throws in the second chunk; then the first is sealed, and then compacted. */
  @Example
  void anInterruptedReadingLeavesNothingForTheNextSealing() {
    PageIntervalMap map = new StagedIntervalMap(IntervalMapLawsTest.tiny(64));
    TreeIntervalMap twin = new TreeIntervalMap();
    addDense(0, map, twin);
    addDense(5L * Chunk.PAGES + 7, map, twin);
    interruptReading(map);
    map.removeBits(0, Chunk.PAGES, 2);
    twin.removeBits(0, Chunk.PAGES, 2);
    assertThat(Regions.of(map)).isEqualTo(Regions.of(twin));
    interruptReading(map);
    for (long vpn = 1L << 30; vpn < 1L << 31; vpn += 300_007) {
      map.add(vpn, 4);
      twin.add(vpn, 4);
    }
    assertThat(Regions.of(map)).isEqualTo(Regions.of(twin));
  }

  private static void interruptReading(PageIntervalMap map) {
    int[] seen = {0};
    assertThatIllegalStateException()
        .isThrownBy(
            () ->
                map.forEach(
                    (start, end, mask) -> {
                      if (seen[0]++ == 2 * Chunk.WORDS + 100) {
                        throw new IllegalStateException("enough");
                      }
                    }));
  }

  /** Adds two pages of every word of a chunk, again and again. */
  private static void addDense(long start, PageIntervalMap... maps) {
    for (int i = 0; i < 3 * Chunk.WORDS; i++) {
      for (PageIntervalMap map : maps) {
        map.add(start + i % Chunk.WORDS * 64L, 1 + i % 2);
        map.add(start + i % Chunk.WORDS * 64L + 5, 2 - i % 2);
      }
    }
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
