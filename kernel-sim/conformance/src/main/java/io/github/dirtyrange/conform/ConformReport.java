package io.github.dirtyrange.conform;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What a run of conformance found.
 *
 * @param kernel the running kernel's release
 * @param profile the simulated kernel's profile
 * @param seed of the generator; 0 if the program was given
 * @param kinds which kinds of operation could occur
 * @param tally what was compared
 * @param mismatches programs on which the machines differed, again when run again
 * @param freeBitsUsed how often each freedom of the running kernel was needed
 * @param counterexamples mismatches shrunk, the first that was found first, no two with the same
 *     symptom
 */
public record ConformReport(
    String kernel,
    String profile,
    long seed,
    Set<OperationKind> kinds,
    Tally tally,
    long mismatches,
    Map<FreeBits.Freedom, Long> freeBitsUsed,
    List<Counterexample> counterexamples) {

  /** Copies the list. */
  public ConformReport {
    counterexamples = List.copyOf(counterexamples);
  }

  /** {@return the first mismatch, shrunk} */
  public Optional<Counterexample> counterexample() {
    return counterexamples.stream().findFirst();
  }
}
