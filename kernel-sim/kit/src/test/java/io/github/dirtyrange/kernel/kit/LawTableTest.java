package io.github.dirtyrange.kernel.kit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dirtyrange.kernel.Law;
import io.github.dirtyrange.kernel.kit.LawBreach.By;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LawTableTest {

  @Test
  void theFirstArgumentIsANumberOfPrograms() {
    assertThat(LawTable.programs("2000", "ring")).isEqualTo(2000);
  }

  /** A row of "kept 0" would look as if laws had been held. */
  @ParameterizedTest
  @ValueSource(strings = {"0", "-1", "x", "", "1e3", "9999999999"})
  void whatIsNoNumberOfProgramsIsRefused(String argument) {
    assertThatThrownBy(() -> LawTable.programs(argument, "ring"))
        .hasMessageStartingWith("give a number of programs");
  }

  @Test
  void withoutArgumentsItSaysWhatIsMissing() {
    assertThatThrownBy(LawTable::programs).hasMessageStartingWith("give a number of programs");
  }

  @Test
  void aRowSaysWhatIsKeptAndWhatIsBroken() {
    LawPlan plan = new LawPlan(List.of("mine"), 2_000, 1, 1, 2);
    List<LawBreach> breaches =
        List.of(
            new LawBreach(Law.COMPLETE, By.CPUS, 0, "", "", "page 7 is stale"),
            new LawBreach(Law.BOUNDED, By.PROCESS, 1_203, "7.3", "[MMAP 0+1]", "16485 bytes"),
            new LawBreach(Law.CANONICAL, By.CALLS, 4, "", "[DRAIN]", "out of order"));
    Set<Law> claims = EnumSet.of(Law.COMPLETE, Law.EXACT, Law.CANONICAL);
    DesignLaws laws = new DesignLaws("mine", claims, 1_000, breaches);
    String text = LawTable.render(new LawReport(plan, List.of(laws)));
    assertThat(text)
        .startsWith("2,000 programs, seed 1, shard 1/2\n\n")
        .contains("mine breaks L1 while CPUs fault:\n  page 7 is stale\n\n")
        .contains("mine breaks L3 by itself:\n  [DRAIN]\n  out of order\n\n")
        .contains("mine breaks L6 on 7.3:\n  [MMAP 0+1]\n  16485 bytes\n\n")
        .contains("| mine           | BROKEN by CPUs | kept 1,000 | BROKEN by 4 | not broken in ")
        .contains(" | broken by 1,203 | ");
    assertThat(laws.isRight()).isFalse();
  }
}
