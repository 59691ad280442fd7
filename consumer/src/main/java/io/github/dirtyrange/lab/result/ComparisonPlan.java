package io.github.dirtyrange.lab.result;

import io.github.dirtyrange.track.Strategy;
import io.github.dirtyrange.workload.WorkloadPlan;
import java.util.List;

/**
 * What a comparison does.
 *
 * @param workload what is mapped, and what is written in a round
 * @param rounds rounds that count, at least one
 * @param warmup rounds before them that do not
 * @param state what the workload does while a strategy works
 * @param strategies who takes part, each once
 * @param queueDesigns the designs that the strategy queue takes part with, once each; none means
 *     the kernel's own
 * @param queueBytes memory that a change queue may take
 */
public record ComparisonPlan(
    WorkloadPlan workload,
    int rounds,
    int warmup,
    TargetState state,
    List<Strategy> strategies,
    List<String> queueDesigns,
    long queueBytes) {

  /** Copies the list and checks the numbers. */
  public ComparisonPlan {
    strategies = List.copyOf(strategies);
    queueDesigns = List.copyOf(queueDesigns);
    if (rounds < 1 || warmup < 0) {
      throw new IllegalArgumentException(rounds + " rounds after " + warmup);
    }
    if (strategies.isEmpty()) {
      throw new IllegalArgumentException("a comparison needs a strategy");
    }
  }
}
