package io.github.dirtyrange.interval.staged;

import java.util.Arrays;

/** Finds the n-th smallest gap between regions, by counting eight bits at a time. */
final class GapSelector {

  private static final int DIGIT_BITS = 8;

  /** Gaps have at most 52 bits. */
  private static final int FIRST_SHIFT = 48;

  private final int[] counts = new int[1 << DIGIT_BITS];
  private long gap;
  private int ties;

  /** Looks for the {@code count}-th smallest gap, counted from 1. */
  void select(RegionArray regions, int count) {
    gap = 0;
    ties = count;
    for (int shift = FIRST_SHIFT; shift >= 0; shift -= DIGIT_BITS) {
      count(regions, shift);
      int digit = 0;
      while (ties > counts[digit]) {
        ties -= counts[digit];
        digit++;
      }
      gap |= (long) digit << shift;
    }
  }

  /** {@return the gap that was looked for} */
  long gap() {
    return gap;
  }

  /** {@return how many gaps of just that length are among the smallest} */
  int ties() {
    return ties;
  }

  /** Counts the next digits of the gaps that begin like the one looked for. */
  private void count(RegionArray regions, int shift) {
    Arrays.fill(counts, 0);
    for (int i = 0; i + 1 < regions.size(); i++) {
      long candidate = regions.gapAfter(i) ^ gap;
      if (candidate >>> shift < counts.length) {
        counts[(int) (candidate >>> shift)]++;
      }
    }
  }
}
