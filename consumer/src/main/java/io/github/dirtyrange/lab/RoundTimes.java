package io.github.dirtyrange.lab;

import java.util.List;

/**
 * The times of a strategy's rounds, in their order.
 *
 * @param name what reports call the strategy
 * @param roundNanos finding and arming again
 * @param writeNanos what the workload paid for a first write to a page
 */
public record RoundTimes(String name, List<Long> roundNanos, List<Double> writeNanos) {

  /** Copies the lists. */
  public RoundTimes {
    roundNanos = List.copyOf(roundNanos);
    writeNanos = List.copyOf(writeNanos);
  }
}
