package io.github.dirtyrange.conform;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a run of conformance found.
 *
 * @param kernel the running kernel's release
 * @param profile the simulated kernel's profile
 * @param plan what was to be run; null if one program was given
 * @param tally what was compared
 * @param mismatches programs on which the machines differed, again when run again
 * @param freeBitsUsed how often each freedom of the running kernel was needed
 * @param counterexamples mismatches shrunk, the first that was found first, no two with the same
 *     symptom
 */
public record ConformReport(
    String kernel,
    String profile,
    @Nullable ConformPlan plan,
    Tally tally,
    long mismatches,
    Map<FreeBits.Freedom, Long> freeBitsUsed,
    List<Counterexample> counterexamples) {

  /** Copies the list. */
  public ConformReport {
    counterexamples = List.copyOf(counterexamples);
  }

  /** {@return the generator's seed; 0 if the program was given} */
  public long seed() {
    return plan == null ? 0 : plan.seed();
  }

  /** {@return which kinds of operation could occur; none if the program was given} */
  public Set<OperationKind> kinds() {
    return plan == null ? Set.of() : plan.kinds();
  }

  /** {@return the first mismatch, shrunk} */
  public Optional<Counterexample> counterexample() {
    return counterexamples.stream().findFirst();
  }
}
