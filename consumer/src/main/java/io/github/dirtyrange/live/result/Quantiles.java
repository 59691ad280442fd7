package io.github.dirtyrange.live.result;

import it.unimi.dsi.fastutil.longs.LongArrayList;

/**
 * How a number was spread over the rounds.
 *
 * @param p50 half of the rounds had no more
 * @param p90 nine of ten rounds had no more
 * @param p99 99 of 100 rounds had no more
 * @param max no round had more
 * @param sum of all rounds
 */
public record Quantiles(long p50, long p90, long p99, long max, long sum) {

  /** {@return those of some numbers, all 0 if there are none} */
  public static Quantiles of(LongArrayList numbers) {
    LongArrayList sorted = new LongArrayList(numbers);
    sorted.sort(null);
    return new Quantiles(
        at(sorted, 0.5),
        at(sorted, 0.9),
        at(sorted, 0.99),
        at(sorted, 1),
        sorted.longStream().sum());
  }

  /** The smallest number that so many are not above: the nearest rank. */
  private static long at(LongArrayList sorted, double share) {
    if (sorted.isEmpty()) {
      return 0;
    }
    return sorted.getLong((int) Math.ceil(share * sorted.size()) - 1);
  }
}
