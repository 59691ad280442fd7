package io.github.dirtyrange.linux.queue;

import java.util.Arrays;

/**
 * The median of the last values that were added. At first all of them are a value that was given,
 * so that it takes more than half as many new ones to change the median much, and outliers never
 * do.
 */
final class RunningMedian {

  private final double[] last;
  private final double[] sorted;
  private long added;

  /** Begins with {@code count} times the same value. */
  RunningMedian(double given, int count) {
    last = new double[count];
    Arrays.fill(last, given);
    sorted = last.clone();
  }

  /** Adds a value in place of the oldest. */
  void add(double value) {
    last[(int) (added++ % last.length)] = value;
    System.arraycopy(last, 0, sorted, 0, last.length);
    Arrays.sort(sorted);
  }

  /** {@return the median} */
  double value() {
    return sorted[sorted.length / 2];
  }

  /** {@return whether most of the values were added} */
  boolean isLearnt() {
    return added > last.length / 2;
  }
}
