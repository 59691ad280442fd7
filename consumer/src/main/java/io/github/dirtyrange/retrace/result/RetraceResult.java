package io.github.dirtyrange.retrace.result;

import io.github.dirtyrange.trace.TraceHeader;
import java.util.List;
import java.util.Optional;

/**
 * What came of replaying a trace.
 *
 * @param header where the trace is from
 * @param kernel the simulated kernel's profile
 * @param pid of which process of the trace; 0 if it has none
 * @param program that process's command line, or its name where it was not the first to be tracked
 * @param rounds rounds of it that were replayed
 * @param otherRounds rounds of other processes, which were not
 * @param others the first of these processes, at most eight
 * @param mappedPages the most that was mapped
 * @param populatedFirst whether what was mapped at first was in memory, too
 * @param writtenPages pages written in a round, summed up
 * @param cut why not all of it could be read; nothing where it could
 * @param scores one a strategy, in the order of the plan
 */
public record RetraceResult(
    TraceHeader header,
    String kernel,
    int pid,
    String program,
    long rounds,
    long otherRounds,
    List<Integer> others,
    long mappedPages,
    boolean populatedFirst,
    long writtenPages,
    Optional<String> cut,
    List<RetraceScore> scores) {

  /** Copies the lists. */
  public RetraceResult {
    others = List.copyOf(others);
    scores = List.copyOf(scores);
  }

  /** {@return whether every strategy found every page} */
  public boolean isRight() {
    return scores.stream().allMatch(score -> score.missed() == 0);
  }
}
