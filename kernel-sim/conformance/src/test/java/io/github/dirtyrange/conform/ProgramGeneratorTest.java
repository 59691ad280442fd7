package io.github.dirtyrange.conform;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class ProgramGeneratorTest {

  private static final Set<OperationKind> ALL = EnumSet.allOf(OperationKind.class);

  @Property
  void sameSeedAndIndexGiveTheSameProgram(
      @ForAll long seed, @ForAll @LongRange(min = 0, max = 1 << 20) long index) {
    assertThat(new ProgramGenerator(seed, 30, ALL).program(index))
        .isEqualTo(new ProgramGenerator(seed, 30, ALL).program(index));
  }

  @Test
  void programsOfOneSeedDiffer() {
    ProgramGenerator generator = new ProgramGenerator(1, 30, ALL);
    assertThat(LongStream.range(0, 200).mapToObj(generator::program).collect(Collectors.toSet()))
        .hasSize(200);
  }

  @Test
  void programsHaveTheirNumberOfSteps() {
    ProgramGenerator generator = new ProgramGenerator(1, 17, ALL);
    assertThat(LongStream.range(0, 50).mapToObj(generator::program))
        .allSatisfy(program -> assertThat(program.operations()).hasSize(17));
  }

  @Test
  void everyKindOccurs() {
    assertThat(names(new ProgramGenerator(1, 30, ALL), 500))
        .containsAll(ALL.stream().map(OperationKind::label).toList());
  }

  @Test
  void onlyTheKindsAskedForOccur() {
    Set<OperationKind> few = EnumSet.of(OperationKind.STORE, OperationKind.MADVISE_FREE);
    assertThat(names(new ProgramGenerator(1, 30, few), 50))
        .containsExactlyInAnyOrder("store", "madvise-free");
  }

  private static Set<String> names(ProgramGenerator generator, int programs) {
    return LongStream.range(0, programs)
        .mapToObj(generator::program)
        .flatMap(program -> program.operations().stream())
        .map(Operation::name)
        .collect(Collectors.toSet());
  }
}
