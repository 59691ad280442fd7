package io.github.dirtyrange.kernel.kit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
}
