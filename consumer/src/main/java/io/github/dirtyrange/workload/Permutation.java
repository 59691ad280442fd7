package io.github.dirtyrange.workload;

import java.util.SplittableRandom;

/**
 * A pseudo-random order of the numbers from 0 to {@code size - 1}, computed rather than stored, so
 * that a sample of distinct pages takes no memory and no retries whatever its share.
 */
final class Permutation {

  // Multiplying by an odd number and xoring with a right shift are bijections of the k-bit numbers,
  // so the mix of both is one too. Where a result falls outside the size it is mixed again ("cycle
  // walking"), which makes it a bijection of [0, size); as 2^k < 2 * size, two mixes do on average.

  private static final int ROUNDS = 3;

  private final int size;
  private final long mask;
  private final int shift;
  private final long[] added = new long[ROUNDS];
  private final long[] factors = new long[ROUNDS];

  /** Makes the order of {@code size} numbers, at least one, that belongs to a seed. */
  Permutation(int size, long seed) {
    if (size < 1) {
      throw new IllegalArgumentException("size is " + size + ", at least 1 needed");
    }
    this.size = size;
    int bits = Integer.SIZE - Integer.numberOfLeadingZeros(size - 1);
    mask = (1L << bits) - 1;
    shift = (bits + 1) / 2 + 1;
    SplittableRandom random = new SplittableRandom(seed);
    for (int i = 0; i < ROUNDS; i++) {
      added[i] = random.nextLong();
      factors[i] = random.nextLong() | 1;
    }
  }

  /** {@return the number at a place of the order} */
  int at(int place) {
    long number = place;
    do {
      number = mix(number);
    } while (number >= size);
    return (int) number;
  }

  private long mix(long number) {
    long mixed = number;
    for (int i = 0; i < ROUNDS; i++) {
      mixed = ((mixed + added[i]) * factors[i]) & mask;
      mixed ^= mixed >>> shift;
    }
    return mixed;
  }
}
