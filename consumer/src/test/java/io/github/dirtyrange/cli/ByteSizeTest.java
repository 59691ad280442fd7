package io.github.dirtyrange.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

class ByteSizeTest {

  @ParameterizedTest
  @CsvSource({
    "8GiB,8589934592",
    "1536MiB,1610612736",
    "1TiB,1099511627776",
    "4KiB,4096",
    "4096,4096",
    "1B,1"
  })
  void unitsAreBinary(String text, long bytes) {
    assertThat(ByteSize.parse(text).bytes()).isEqualTo(bytes);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " 8GiB", "8GB", "8gib", "-1", "0", "0GiB", "1.5GiB", "x"})
  void whatIsNotASizeIsNamed(String text) {
    assertThatThrownBy(() -> ByteSize.parse(text))
        .isInstanceOf(TypeConversionException.class)
        .hasMessageContaining("'" + text + "' is not a size")
        .hasMessageContaining("8GiB");
  }

  @ParameterizedTest
  @ValueSource(strings = {"8388608TiB", "999999999999999999KiB"})
  void aSizeBeyondALongIsRefused(String text) {
    assertThatThrownBy(() -> ByteSize.parse(text)).isInstanceOf(TypeConversionException.class);
  }

  @Property
  void everyNumberOfGibibytesThatFitsIsRead(
      @ForAll @LongRange(min = 1, max = (1L << 33) - 1) long n) {
    assertThat(ByteSize.parse(n + "GiB").bytes()).isEqualTo(n << 30);
  }
}
