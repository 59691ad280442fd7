package io.github.dirtyrange.lab.result;

import io.github.dirtyrange.kernel.Capabilities;
import io.github.dirtyrange.track.Strategy;
import java.util.List;
import java.util.Optional;

/**
 * What came of a comparison, or of as many of its rounds as were done.
 *
 * @param kernelName the kernel's name
 * @param kernelRelease its release
 * @param capabilities what it gives
 * @param plan what was to be done
 * @param populatedPages pages of the workload that were in memory
 * @param startsInHugePages whether they were in huge pages before the first round
 * @param roundsDone rounds that count and are done
 * @param strategies the results in the plan's order
 */
public record ComparisonResult(
    String kernelName,
    String kernelRelease,
    Capabilities capabilities,
    ComparisonPlan plan,
    long populatedPages,
    boolean startsInHugePages,
    int roundsDone,
    List<StrategyResult> strategies) {

  /** Copies the list. */
  public ComparisonResult {
    strategies = List.copyOf(strategies);
  }

  /** {@return the result of a strategy, if it took part} */
  public Optional<StrategyResult> of(Strategy strategy) {
    return strategies.stream().filter(result -> result.strategy() == strategy).findFirst();
  }

  /** {@return whether a round was done, every strategy found every page, every copy was right} */
  public boolean isRight() {
    return roundsDone > 0
        && strategies.stream()
            .allMatch(result -> result.missed() == 0 && result.copyMismatches() == 0);
  }
}
