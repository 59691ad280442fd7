package io.github.dirtyrange.conform;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;

/** Runs many random programs on two machines, and shrinks the first on which they differ. */
public final class Conformance {

  private static final int SHRINKING_TRIES = 1_200;

  private final Machine real;
  private final Machine simulated;
  private final FreeBits freeBits = new FreeBits();
  private final Tally tally = new Tally();
  private final Comparison comparison;

  /** For runs of a program that was run already, whose freedoms count no more. */
  private final Comparison again;

  private @Nullable ConformPlan plan;
  private long mismatches;
  private final int shrunk;
  private final Map<String, Counterexample> bySymptom = new LinkedHashMap<>();

  /** Compares two machines, which stay the caller's to close. */
  public Conformance(Machine real, Machine simulated) {
    this(real, simulated, 1);
  }

  /** Compares two machines, and shrinks the first mismatches of so many different symptoms. */
  public Conformance(Machine real, Machine simulated, int shrunk) {
    this(real, simulated, shrunk, freeBits -> Optional.empty());
  }

  private Conformance(
      Machine real, Machine simulated, int shrunk, Function<FreeBits, Optional<Drains>> drains) {
    this.shrunk = shrunk;
    this.real = real;
    this.simulated = simulated;
    FreeBits uncounted = new FreeBits();
    this.comparison = new Comparison(real, simulated, freeBits, drains.apply(freeBits));
    this.again = new Comparison(real, simulated, uncounted, drains.apply(uncounted));
  }

  /** Compares two machines and, after every step, what the queues of their processes tell. */
  public static Conformance withDrains(Machine real, Machine simulated, int shrunk) {
    return new Conformance(
        real, simulated, shrunk, freeBits -> Optional.of(new Drains(real, simulated, freeBits)));
  }

  /**
   * Runs the programs of a plan's shard.
   *
   * @param goesOn is told after each how many were run, and ends it by saying no
   */
  public void run(ConformPlan wanted, LongPredicate goesOn) {
    plan = wanted;
    ProgramGenerator generator =
        new ProgramGenerator(wanted.seed(), wanted.steps(), wanted.kinds());
    Shard shard = wanted.shard();
    long done = 0;
    for (long index = shard.number() - 1L; index < wanted.programs(); index += shard.of()) {
      run(index, generator.program(index));
      if (!goesOn.test(++done)) {
        return;
      }
    }
  }

  /** Runs one program that was given rather than generated. */
  public void run(Program program) {
    run(-1, program);
  }

  /** {@return what was found so far} */
  public ConformReport report() {
    return new ConformReport(
        real.name(),
        simulated.name(),
        plan,
        tally,
        mismatches,
        freeBits.used(),
        List.copyOf(bySymptom.values()));
  }

  private void run(long index, Program program) {
    if (comparison.run(program, tally).isEmpty()) {
      return;
    }
    Optional<Mismatch> repeated = uncounted(program);
    if (repeated.isEmpty()) {
      freeBits.use(FreeBits.Freedom.NOT_REPEATED);
      return;
    }
    mismatches++;
    String symptom = repeated.get().symptom();
    if (bySymptom.size() < shrunk && !bySymptom.containsKey(symptom)) {
      bySymptom.put(symptom, shrink(index, program, repeated.get()));
    }
  }

  private Counterexample shrink(long index, Program program, Mismatch mismatch) {
    Program shortest =
        new Shrinker(p -> shows(mismatch.symptom(), p), SHRINKING_TRIES)
            .shrink(program)
            .withoutSkipped();
    return new Counterexample(index, shortest, uncounted(shortest).orElse(mismatch));
  }

  private boolean shows(String symptom, Program program) {
    return uncounted(program).map(Mismatch::symptom).filter(symptom::equals).isPresent();
  }

  private Optional<Mismatch> uncounted(Program program) {
    return again.run(program, new Tally());
  }
}
