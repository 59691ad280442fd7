package io.github.dirtyrange.interval.staged;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dirtyrange.interval.MaskedRange;
import io.github.dirtyrange.interval.PageIntervalMap;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Tag;
import net.jqwik.api.constraints.IntRange;

/**
 * More additions of several pages without a reading than the log has numbers for what lies beside
 * its items (2<sup>17</sup>): however many were condensed, each is where it belongs.
 */
@Tag("long")
class ManyAdditionsTest {

  private static final int NUMBERS = 1 << 17;

  private static List<MaskedRange> regions(int additions, long stride, long pages, int masks) {
    PageIntervalMap map = IntervalMaps.create();
    PageIntervalMap tree = new TreeIntervalMap();
    for (int i = 0; i < additions; i++) {
      long mask = 1L << i % masks;
      map.add(i * stride, i * stride + pages, mask);
      tree.add(i * stride, i * stride + pages, mask);
    }
    List<MaskedRange> regions = Regions.drained(map);
    assertThat(regions).isEqualTo(Regions.of(tree));
    return regions;
  }

  @Example
  void theSameRangeAgainAndAgainStaysWhereItIsAndTakesNoMemory() {
    PageIntervalMap map = IntervalMaps.create();
    for (int i = 0; i < 3 * NUMBERS; i++) {
      map.add(0, 10, 1);
      if (i == NUMBERS / 64) {
        assertThat(map.memoryBytes()).isLessThan(50_000);
      }
    }
    assertThat(map.memoryBytes()).isLessThan(50_000);
    assertThat(Regions.drained(map)).containsExactly(new MaskedRange(0, 10, 1));
  }

  @Example
  void rangesThatComeOnceEach() {
    assertThat(regions(NUMBERS, 128, 10, 1)).hasSize(NUMBERS);
    assertThat(regions(NUMBERS, 1 << 15, 10, 3)).hasSize(NUMBERS);
  }

  /** From the 190th mask on an addition is one for each of its bits. */
  @Example
  void aMaskWithoutACodeIsAddedBitByBit() {
    PageIntervalMap map = IntervalMaps.create();
    for (int mask = 1; mask <= 190; mask++) {
      map.add(1000, mask);
    }
    map.remove(1000, 1001);
    for (int i = 0; i < NUMBERS / 32; i++) {
      map.add(0, 3, -1);
    }
    assertThat(Regions.drained(map)).containsExactly(new MaskedRange(0, 3, -1));
  }

  /** In dense chunks they are taken into bitmaps, in others into the cache, or out of it. */
  @Property(tries = 20)
  void mixedWithPagesAndRemovals(@ForAll @IntRange(min = 1, max = 1 << 22) int window) {
    Random random = new Random(window);
    PageIntervalMap map = IntervalMaps.create();
    PageIntervalMap tree = new TreeIntervalMap();
    for (int i = 0; i < 2 * NUMBERS; i++) {
      long start = random.nextInt(window);
      long end = start + random.nextLong(1, 101);
      if (random.nextInt(50) == 0) {
        map.remove(start, end);
        tree.remove(start, end);
      } else {
        long mask = random.nextLong(1, 4);
        map.add(start, end, mask);
        tree.add(start, end, mask);
      }
    }
    assertThat(Regions.drained(map)).isEqualTo(Regions.of(tree));
  }
}
