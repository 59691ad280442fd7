package io.github.dirtyrange.kernel.sim.explore;

/** Small numbers packed one behind the other into longs, written and read in the same order. */
final class Bits {

  private final long[] longs;
  private int at;

  Bits(int bits) {
    longs = new long[(bits + Long.SIZE - 1) / Long.SIZE];
  }

  long[] longs() {
    return longs;
  }

  void rewind() {
    at = 0;
  }

  /** Writes the lowest {@code width} bits, at most 32. */
  void put(int value, int width) {
    int word = at >>> 6;
    int shift = at & 63;
    long masked = value & ((1L << width) - 1);
    if (shift == 0) {
      longs[word] = masked;
    } else {
      longs[word] |= masked << shift;
      if (shift + width > Long.SIZE) {
        longs[word + 1] = masked >>> (Long.SIZE - shift);
      }
    }
    at += width;
  }

  /** {@return the next number of that many bits} */
  int get(int width) {
    int word = at >>> 6;
    int shift = at & 63;
    long value = longs[word] >>> shift;
    if (shift + width > Long.SIZE) {
      value |= longs[word + 1] << (Long.SIZE - shift);
    }
    at += width;
    return (int) (value & ((1L << width) - 1));
  }
}
