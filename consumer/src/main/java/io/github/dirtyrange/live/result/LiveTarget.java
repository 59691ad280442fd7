package io.github.dirtyrange.live.result;

import java.util.List;

/**
 * A process that is tracked, and how.
 *
 * @param pid its number
 * @param name its name
 * @param strategy by which strategy
 * @param mechanism what that does here, in less than a line
 * @param passedOver why better strategies were not taken, a line each
 * @param armedPages pages whose changes the strategy sees by the page table
 * @param armedMappings in how many mappings
 * @param beganNanos when tracking began, on the kernel's clock: CLOCK_MONOTONIC on Linux
 * @param armNanos what arming and opening took
 * @param stoppedNanos how long a thread of the process was stopped for it
 * @param hugeBytes how much lies in huge pages, which the tracking splits
 * @param comparedMappings mappings that cannot be armed and are compared by content
 * @param comparedPages their pages
 * @param notTracked memory of which not every change is seen
 */
public record LiveTarget(
    int pid,
    String name,
    String strategy,
    String mechanism,
    List<String> passedOver,
    long armedPages,
    int armedMappings,
    long beganNanos,
    long armNanos,
    long stoppedNanos,
    long hugeBytes,
    int comparedMappings,
    int comparedPages,
    List<NotTracked> notTracked) {

  /** Copies the lists. */
  public LiveTarget {
    passedOver = List.copyOf(passedOver);
    notTracked = List.copyOf(notTracked);
  }
}
