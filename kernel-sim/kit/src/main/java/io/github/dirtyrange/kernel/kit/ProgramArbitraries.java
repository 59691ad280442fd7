package io.github.dirtyrange.kernel.kit;

import java.util.Collection;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;

/** Drawn programs for properties of jqwik, which shrinks them as the law table does. */
public final class ProgramArbitraries {

  private ProgramArbitraries() {}

  /** {@return programs of steps of these kinds, some of which map memory} */
  public static Arbitrary<List<Step>> of(Collection<Step.Kind> kinds) {
    return drawn(new StepDraws(kinds)::next);
  }

  /** {@return programs of ordinary steps, half of which begin by opening another queue} */
  public static Arbitrary<List<Step>> ordinary() {
    return drawn(StepDraws.ordinary()::nextOpened);
  }

  /** {@return programs of calls} */
  public static Arbitrary<RecordProgram> ofCalls() {
    return Arbitraries.fromGenerator(
        random -> {
          RecordProgram program = RecordDraws.next(random);
          return new ShrinkableProgram<>(
                  program.steps(), RecordStep::narrower, step -> step.page() + (long) step.pages())
              .map(steps -> new RecordProgram(program.spec(), steps));
        });
  }

  private static Arbitrary<List<Step>> drawn(Function<Random, List<Step>> draw) {
    return Arbitraries.fromGenerator(
        random ->
            new ShrinkableProgram<>(
                draw.apply(random), Step::narrower, step -> step.slot() + (long) step.slots()));
  }
}
