package io.github.dirtyrange.kernel.kit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Shrinkable;

/** Shrinking ends: each program that jqwik is offered is nearer to one that cannot be shrunk. */
class ShrinkableProgramTest {

  @Property(tries = 50)
  void whatItShrinksToIsNearer(@ForAll("programs") List<Step> program) {
    Shrinkable<List<Step>> shrinkable =
        new ShrinkableProgram<>(program, Step::narrower, step -> step.slot() + (long) step.slots());
    assertThat(shrinkable.shrink())
        .allSatisfy(
            shorter -> {
              assertThat(shorter.value()).isNotEmpty();
              assertThat(shorter.distance()).isLessThan(shrinkable.distance());
            });
  }

  @Provide
  Arbitrary<List<Step>> programs() {
    return ProgramArbitraries.ordinary();
  }
}
