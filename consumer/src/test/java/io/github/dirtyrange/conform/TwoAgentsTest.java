package io.github.dirtyrange.conform;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumSet;
import org.junit.jupiter.api.Test;

class TwoAgentsTest {
  @Test
  void agree() {
    long programs = Long.getLong("programs", 200);
    try (Machine a = new RealMachine();
        Machine b = new RealMachine()) {
      Conformance c = new Conformance(a, b);
      long t = System.nanoTime();
      c.run(
          new ConformPlan(
              programs, 30, Long.getLong("seed", 1), EnumSet.allOf(OperationKind.class)),
          n -> {});
      System.out.println((System.nanoTime() - t) / 1_000_000 + " ms");
      Tally tally = c.report().tally();
      System.out.println(tally.programs() + " " + tally.steps() + " " + tally.pageComparisons());
      tally.operations().forEach((k, v) -> System.out.println(k + " " + v));
      c.report().counterexample().ifPresent(System.out::println);
      System.out.println(c.report().freeBitsUsed());
      assertThat(c.report().mismatches()).isZero();
    }
  }
}
