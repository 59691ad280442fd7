package io.github.dirtyrange.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

class TimeLengthTest {

  @ParameterizedTest
  @CsvSource({
    "200ms, 200000000",
    "1s, 1000000000",
    "2m, 120000000000",
    "1h, 3600000000000",
    "50us, 50000"
  })
  void readsANumberOfAUnit(String text, long nanos) {
    assertThat(TimeLength.parse(text).nanos()).isEqualTo(nanos);
  }

  @Test
  void fractionsAreTakenAsThoseOfSizesAre() {
    assertThat(TimeLength.parse("1.5s").nanos()).isEqualTo(1_500_000_000);
    assertThat(TimeLength.parse("0.25ms").nanos()).isEqualTo(250_000);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "0",
        "1",
        "0s",
        "-1s",
        "1.s",
        ".5s",
        "0.0000000001s",
        "1 s",
        "s",
        "1S",
        "999999999999999999h",
        "1d"
      })
  void refusesWhatIsNone(String text) {
    assertThatThrownBy(() -> TimeLength.parse(text))
        .isInstanceOf(TypeConversionException.class)
        .hasMessageContaining("as in 200ms, 1s, 2m");
  }

  @Property(tries = 200)
  void everyWholeNumberOfMillisecondsIsATime(
      @ForAll @LongRange(min = 1, max = 1_000_000_000_000L) long millis) {
    assertThat(TimeLength.parse(millis + "ms").nanos()).isEqualTo(millis * 1_000_000);
  }
}
