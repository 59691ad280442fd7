package io.github.dirtyrange.conform;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dirtyrange.conform.Operation.Munmap;
import io.github.dirtyrange.conform.Operation.Store;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.function.Predicate;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class ShrinkerTest {

  private static final int PLENTY = 100_000;

  @Property(tries = 100)
  void plantedOperationsAreAllThatIsLeft(
      @ForAll long seed,
      @ForAll @IntRange(max = 40) int first,
      @ForAll @IntRange(max = 40) int second) {
    Operation store = new Store(0, 0, 0);
    Operation munmap = new Munmap(0, 0, 0);
    List<Operation> operations = new ArrayList<>(noise(seed));
    operations.add(Math.max(first, second), munmap);
    operations.add(Math.min(first, second), store);
    Shrinker shrinker =
        new Shrinker(
            p ->
                p.operations().contains(store)
                    && p.operations().indexOf(store) < p.operations().lastIndexOf(munmap),
            PLENTY);
    assertThat(shrinker.shrink(new Program(Layout.SMALL, operations)).operations())
        .containsExactly(store, munmap);
  }

  @Test
  void lengthsShrinkToTheShortestThatFails() {
    Program shrunk =
        shrink(
            new Munmap(2, 0x1f7000, 0x9000),
            p -> ((Munmap) p.operations().get(0)).length() >= 0x3000);
    assertThat(shrunk.operations()).containsExactly(new Munmap(0, 0, 0x3000));
  }

  @Test
  void flagsShrinkToTheBitsThatFail() {
    Program shrunk =
        shrink(
            new Operation.ClearRefs(0, 0b1011_0111),
            p -> (((Operation.ClearRefs) p.operations().get(0)).value() & 0b10_0100) == 0b10_0100);
    assertThat(shrunk.operations()).containsExactly(new Operation.ClearRefs(0, 0b10_0100));
  }

  @Test
  void itStopsWhenTheTriesAreUsedUp() {
    List<Program> tried = new ArrayList<>();
    Shrinker shrinker =
        new Shrinker(
            p -> {
              tried.add(p);
              return false;
            },
            10);
    Program program = new Program(Layout.SMALL, noise(1));
    assertThat(shrinker.shrink(program)).isEqualTo(program);
    assertThat(tried).hasSize(10);
  }

  private static Program shrink(Operation operation, Predicate<Program> failsWithOne) {
    Program program = new Program(Layout.SMALL, List.of(operation));
    return new Shrinker(p -> !p.operations().isEmpty() && failsWithOne.test(p), PLENTY)
        .shrink(program);
  }

  private static List<Operation> noise(long seed) {
    return new ProgramGenerator(
            seed, 40, EnumSet.of(OperationKind.MPROTECT, OperationKind.LOAD, OperationKind.SCAN))
        .program(0)
        .operations();
  }
}
