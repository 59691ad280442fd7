package io.github.dirtyrange.lab;

import java.util.List;

/**
 * What a comparison does.
 *
 * @param workload what is mapped, and what is written in a round
 * @param rounds rounds that count, at least one
 * @param warmup rounds before them that do not
 * @param state what the workload does while a strategy works
 * @param strategies who takes part, each once
 * @param queueBytes memory that a change queue may take
 */
public record ComparisonPlan(
    WorkloadPlan workload,
    int rounds,
    int warmup,
    TargetState state,
    List<Strategy> strategies,
    long queueBytes) {

  /** Copies the list and checks the numbers. */
  public ComparisonPlan {
    strategies = List.copyOf(strategies);
    if (rounds < 1 || warmup < 0) {
      throw new IllegalArgumentException(rounds + " rounds after " + warmup);
    }
    if (strategies.isEmpty()) {
      throw new IllegalArgumentException("a comparison needs a strategy");
    }
  }
}
