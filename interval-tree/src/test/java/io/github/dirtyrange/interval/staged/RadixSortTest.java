package io.github.dirtyrange.interval.staged;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Comparator;
import java.util.Random;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class RadixSortTest {

  /** Sizes at which the width of a digit changes, and beside. */
  private static final int[] SIZES = {0, 1, 2, 40, 41, 4095, 4096, 16_383, 16_384, 20_000};

  private final RadixSort sort = new RadixSort();

  @Property(tries = 20)
  void sortsStablyByTheUpperBits(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 60) int lowBit,
      @ForAll @IntRange(max = 63) int zeroBits) {
    Random random = new Random(seed);
    for (int size : SIZES) {
      check(random.longs(size).map(key -> key >>> zeroBits).toArray(), lowBit);
    }
  }

  @Example
  void sortsKeysThatDifferInBitsFarApart() {
    long[] keys = new Random(1).longs(5000).map(key -> key & 0xFF000000FF000000L).toArray();
    check(keys, 8);
  }

  @Example
  void leavesAloneWhatIsInOrder() {
    long[] keys = new Random(1).longs(5000).toArray();
    for (int i = 0; i < keys.length; i++) {
      keys[i] = (long) (i / 7) << 20 | (keys[i] & 0xFFFFF);
    }
    long[] before = keys.clone();
    long[] buffer = filled(keys);
    assertThat(sort.sort(keys.length, 20)).isSameAs(buffer).startsWith(before);
  }

  @Example
  void growingKeepsTheFirstKeys() {
    filled(new long[] {3, 2, 1});
    assertThat(sort.grow(5, 2)).containsExactly(3, 2, 0, 0, 0);
    sort.release();
    assertThat(sort.grow(1, 0)).containsExactly(0);
  }

  private void check(long[] keys, int lowBit) {
    filled(keys);
    long[] expected =
        Arrays.stream(keys)
            .boxed()
            .sorted(Comparator.comparing(key -> key >>> lowBit, Long::compareUnsigned))
            .mapToLong(Long::longValue)
            .toArray();
    assertThat(Arrays.copyOf(sort.sort(keys.length, lowBit), keys.length)).isEqualTo(expected);
  }

  private long[] filled(long[] keys) {
    long[] buffer = sort.grow(keys.length, 0);
    System.arraycopy(keys, 0, buffer, 0, keys.length);
    return buffer;
  }
}
