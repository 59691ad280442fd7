package io.github.dirtyrange.bench.interval;

import java.util.Random;
import java.util.SplittableRandom;

/** Seeded streams of single-page operations in a space of 2<sup>28</sup> pages (1 TiB). */
public enum Workload {
  /** A million uniform pages. */
  W1(1),
  /** A million pages in 1,000 runs of 1,000, interleaved from 64 writers. */
  W2(1),
  /** Ten million pages, Zipf 0.99 over 100,000 scattered ones. */
  W3(1),
  /** Every other page of two million, in order. */
  W4(1),
  /** The same, shuffled. */
  W4S(1),
  /** W1 with every tenth operation removing 512 pages. */
  W5(1),
  /** W1 with two masks, evenly mixed. */
  M1(2),
  /** W4S with four masks, one of them on most pages. */
  M2(4);

  /** How many pages a removal takes out. */
  static final int REMOVED_PAGES = 512;

  /** A power of two. */
  static final int MASKS_IN_TURN = 1024;

  private static final int SPACE_BITS = 28;
  private static final int MILLION = 1_000_000;
  private static final long[] MASKS = {2, 128 | 2, 8, 1L << 32};

  private final int maskCount;

  Workload(int maskCount) {
    this.maskCount = maskCount;
  }

  /** {@return one number per operation: a page to add, or the complement of the first to remove} */
  long[] operations() {
    return switch (this) {
      case W1, M1 -> uniform(MILLION);
      case W2 -> interleavedRuns();
      case W3 -> zipf();
      case W4 -> everyOther();
      case W4S, M2 -> shuffled(everyOther());
      case W5 -> withRemovals(uniform(MILLION));
    };
  }

  /**
   * {@return masks for the operations, to be taken in turn} They are few enough to stay in the
   * first-level cache, so that reading them costs no structure anything.
   */
  long[] masks() {
    SplittableRandom random = new SplittableRandom(77);
    long[] masks = new long[MASKS_IN_TURN];
    for (int i = 0; i < masks.length; i++) {
      boolean usual = maskCount == 1 || (maskCount == 4 && random.nextInt(10) < 7);
      masks[i] = MASKS[usual ? 0 : random.nextInt(maskCount)];
    }
    return masks;
  }

  boolean hasMasks() {
    return maskCount > 1;
  }

  static long[] uniform(int count) {
    return new SplittableRandom(1).longs(count, 0, 1L << SPACE_BITS).toArray();
  }

  private static long[] interleavedRuns() {
    SplittableRandom random = new SplittableRandom(2);
    long[] pages = new long[MILLION];
    long[] next = new long[64];
    int[] left = new int[64];
    for (int i = 0; i < MILLION; i++) {
      int writer = random.nextInt(64);
      if (left[writer] == 0) {
        next[writer] = random.nextLong(1L << SPACE_BITS);
        left[writer] = 1000;
      }
      pages[i] = next[writer]++ & ((1L << SPACE_BITS) - 1);
      left[writer]--;
    }
    return pages;
  }

  private static long[] zipf() {
    int distinct = 100_000;
    long[] scattered = new SplittableRandom(3).longs(distinct, 0, 1L << SPACE_BITS).toArray();
    double[] cumulated = new double[distinct];
    double sum = 0;
    for (int i = 0; i < distinct; i++) {
      sum += Math.pow(i + 1, -0.99);
      cumulated[i] = sum;
    }
    SplittableRandom random = new SplittableRandom(4);
    long[] pages = new long[10 * MILLION];
    for (int i = 0; i < pages.length; i++) {
      int rank = java.util.Arrays.binarySearch(cumulated, random.nextDouble() * sum);
      pages[i] = scattered[Math.min(distinct - 1, rank < 0 ? -rank - 1 : rank)];
    }
    return pages;
  }

  private static long[] everyOther() {
    long[] pages = new long[MILLION];
    for (int i = 0; i < MILLION; i++) {
      pages[i] = 12_345_678L + 2L * i;
    }
    return pages;
  }

  private static long[] shuffled(long[] pages) {
    Random random = new Random(5);
    for (int i = pages.length - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      long page = pages[i];
      pages[i] = pages[j];
      pages[j] = page;
    }
    return pages;
  }

  private static long[] withRemovals(long[] pages) {
    for (int i = 9; i < pages.length; i += 10) {
      pages[i] = ~Math.min(pages[i], (1L << SPACE_BITS) - REMOVED_PAGES);
    }
    return pages;
  }
}
