package io.github.dirtyrange.interval.staged;

import it.unimi.dsi.fastutil.ints.IntArrays;
import it.unimi.dsi.fastutil.longs.LongArrays;
import java.util.Arrays;

/** Sorts longs, taken as unsigned, by their upper bits, stably, in two buffers that it keeps. */
final class RadixSort {

  private static final int SMALL = 40;
  private static final int MAX_DIGIT = 13;

  private long[] keys = LongArrays.EMPTY_ARRAY;
  private long[] other = LongArrays.EMPTY_ARRAY;
  private int[] counts = IntArrays.EMPTY_ARRAY;

  /** {@return a buffer for {@code capacity} keys that begins with the first {@code size} of now} */
  long[] grow(int capacity, int size) {
    long[] grown = new long[capacity];
    System.arraycopy(keys, 0, grown, 0, size);
    keys = grown;
    return keys;
  }

  /**
   * Sorts the first {@code size} keys of the buffer by the bits from {@code lowBit} on, which is
   * not 0. Keys that are equal there keep their order.
   *
   * @return the buffer that holds the sorted keys
   */
  long[] sort(int size, int lowBit) {
    if (size <= SMALL) {
      insertionSort(size, lowBit);
      return keys;
    }
    long varying = varyingIfUnordered(size, lowBit) >>> lowBit << lowBit;
    if (varying == 0) {
      return keys;
    }
    int low = Long.numberOfTrailingZeros(varying);
    int bits = 64 - Long.numberOfLeadingZeros(varying) - low;
    int widest = size < 4096 ? 8 : size < 16384 ? 11 : MAX_DIGIT;
    int passes = (bits + widest - 1) / widest;
    int width = (bits + passes - 1) / passes;
    for (int pass = 0; pass < passes; pass++) {
      int shift = low + pass * width;
      long digit = (1L << width) - 1;
      if ((varying >>> shift & digit) != 0) {
        scatter(size, shift, (int) digit);
      }
    }
    return keys;
  }

  private void insertionSort(int size, int lowBit) {
    long[] sorted = keys;
    for (int i = 1; i < size; i++) {
      long key = sorted[i];
      long upper = key >>> lowBit;
      int at = i;
      while (at > 0 && sorted[at - 1] >>> lowBit > upper) {
        sorted[at] = sorted[at - 1];
        at--;
      }
      sorted[at] = key;
    }
  }

  /** {@return the bits in which keys differ, 0 if their upper parts are in order already} */
  private long varyingIfUnordered(int size, int lowBit) {
    long first = keys[0];
    long previous = 0;
    long varying = 0;
    boolean ordered = true;
    for (int i = 0; i < size; i++) {
      long key = keys[i];
      varying |= key ^ first;
      ordered &= key >>> lowBit >= previous;
      previous = key >>> lowBit;
    }
    return ordered ? 0 : varying;
  }

  void release() {
    keys = new long[0];
    other = keys;
    counts = new int[0];
  }

  long memoryBytes() {
    return 80 + 8L * (keys.length + other.length) + 4L * counts.length;
  }

  private void scatter(int size, int shift, int digit) {
    if (other.length != keys.length) {
      other = new long[keys.length];
    }
    long[] from = keys;
    long[] to = other;
    int[] next = clearedCounts(digit + 1);
    for (int i = 0; i < size; i++) {
      next[(int) (from[i] >>> shift) & digit]++;
    }
    int sum = 0;
    for (int i = 0; i <= digit; i++) {
      int count = next[i];
      next[i] = sum;
      sum += count;
    }
    for (int i = 0; i < size; i++) {
      long key = from[i];
      to[next[(int) (key >>> shift) & digit]++] = key;
    }
    keys = to;
    other = from;
  }

  private int[] clearedCounts(int size) {
    if (counts.length < size) {
      counts = new int[size];
    } else {
      Arrays.fill(counts, 0, size, 0);
    }
    return counts;
  }
}
