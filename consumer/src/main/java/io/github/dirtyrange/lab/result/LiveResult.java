package io.github.dirtyrange.lab.result;

import io.github.dirtyrange.kernel.Capabilities;
import java.util.List;

/**
 * What came of a comparison on a live process, or of as many of its rounds as were done.
 *
 * @param kernelName the kernel's name
 * @param kernelRelease its release
 * @param capabilities what it gives
 * @param plan what was to be done
 * @param process the process
 * @param openingNanos how long it stood still to be armed, and to be looked at for the first time
 * @param privatePages pages of private memory that hold something, of a stop
 * @param comparedPages of these, the pages whose bytes were compared
 * @param roundsDone rounds that are done
 * @param notTracked what no verdict is about, in ascending order
 * @param strategies the results in the plan's order
 */
public record LiveResult(
    String kernelName,
    String kernelRelease,
    Capabilities capabilities,
    LivePlan plan,
    TargetProcess process,
    long openingNanos,
    long privatePages,
    long comparedPages,
    int roundsDone,
    List<NotTracked> notTracked,
    List<LiveStrategyResult> strategies) {

  /** Copies the lists. */
  public LiveResult {
    notTracked = List.copyOf(notTracked);
    strategies = List.copyOf(strategies);
  }

  /** {@return whether a round was done, and every strategy found every page in its first answer} */
  public boolean isRight() {
    return roundsDone > 0 && strategies.stream().allMatch(result -> result.work().missed() == 0);
  }
}
