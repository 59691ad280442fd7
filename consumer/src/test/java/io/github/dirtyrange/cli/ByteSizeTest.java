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
    "8G,8589934592",
    "8gib,8589934592",
    "8Gi,8589934592",
    "1.5GiB,1610612736",
    "0.001K,2",
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
  @CsvSource({"64GB,64000000000", "1kb,1000", "1.5MB,1500000", "2TB,2000000000000"})
  void unitsThatEndInBAloneAreDecimal(String text, long bytes) {
    assertThat(ByteSize.parse(text).bytes()).isEqualTo(bytes);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "", " 8GiB", "8 GiB", "8iB", "8PiB", "-1", "0", "0GiB", "0.0", ".5G", "1.G", "1e3", "x"
      })
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
