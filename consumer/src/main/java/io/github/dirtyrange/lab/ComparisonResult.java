package io.github.dirtyrange.lab;

import io.github.dirtyrange.kernel.Capabilities;
import io.github.dirtyrange.kernel.Law;
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
 * @param roundsDone rounds that count and are done
 * @param strategies the results in the plan's order
 */
public record ComparisonResult(
    String kernelName,
    String kernelRelease,
    Capabilities capabilities,
    ComparisonPlan plan,
    long populatedPages,
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

  /**
   * {@return whether every strategy found all that it claims to find, and every copy was right}
   * While the workload stands still that is every page; while it writes on, only strategies that
   * claim law L1 owe it.
   */
  public boolean isRight() {
    return strategies.stream().allMatch(this::isRight);
  }

  private boolean isRight(StrategyResult result) {
    return (result.missed() == 0 || !owesEveryPage(result)) && result.copyMismatches() == 0;
  }

  private boolean owesEveryPage(StrategyResult result) {
    return plan.state() == TargetState.BLOCKED
        || result.claims().always().contains(Law.COMPLETE)
        || result.claims().afterExactScan().contains(Law.COMPLETE);
  }
}
