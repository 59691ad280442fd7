package io.github.dirtyrange.conform;

import java.util.Optional;
import java.util.function.LongConsumer;

/** Runs many random programs on two machines, and shrinks the first on which they differ. */
public final class Conformance {

  private static final int SHRINKING_TRIES = 4_000;

  private final Machine real;
  private final Machine simulated;
  private final FreeBits freeBits = new FreeBits();
  private final Tally tally = new Tally();
  private final Comparison comparison;
  private long mismatches;
  private Optional<Counterexample> counterexample = Optional.empty();

  /** Compares two machines, which stay the caller's to close. */
  public Conformance(Machine real, Machine simulated) {
    this.real = real;
    this.simulated = simulated;
    this.comparison = new Comparison(real, simulated);
  }

  /** Runs a plan's programs; {@code progress} is told after each how many were run. */
  public void run(ConformPlan plan, LongConsumer progress) {
    ProgramGenerator generator = new ProgramGenerator(plan.seed(), plan.steps(), plan.kinds());
    for (long index = 0; index < plan.programs(); index++) {
      run(index, generator.program(index));
      progress.accept(index + 1);
    }
  }

  /** Runs one program that was given rather than generated. */
  public void run(Program program) {
    run(-1, program);
  }

  /** {@return what was found so far} */
  public ConformReport report() {
    return new ConformReport(
        real.name(), simulated.name(), tally, mismatches, freeBits.used(), counterexample);
  }

  private void run(long index, Program program) {
    if (comparison.run(program, tally).isEmpty()) {
      return;
    }
    if (uncounted(program).isEmpty()) {
      freeBits.use(FreeBits.Freedom.NOT_REPEATED);
      return;
    }
    mismatches++;
    if (counterexample.isEmpty()) {
      counterexample = Optional.of(shrink(index, program));
    }
  }

  private Counterexample shrink(long index, Program program) {
    Program shortest = new Shrinker(p -> uncounted(p).isPresent(), SHRINKING_TRIES).shrink(program);
    return uncounted(shortest)
        .map(mismatch -> new Counterexample(index, shortest, mismatch))
        .orElseThrow(() -> new IllegalStateException("a shrunk program no longer fails"));
  }

  private Optional<Mismatch> uncounted(Program program) {
    return comparison.run(program, new Tally());
  }
}
