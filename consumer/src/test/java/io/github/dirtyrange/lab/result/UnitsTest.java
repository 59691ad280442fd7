package io.github.dirtyrange.lab.result;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UnitsTest {

  @ParameterizedTest
  @CsvSource({"1,1 B", "1536,1.5 KiB", "1073741824,1 GiB", "1099511627776,1 TiB"})
  void bytesTakeTheLargestUnit(long bytes, String text) {
    assertThat(Units.bytes(bytes)).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource({"0,0 ns", "999,999 ns", "17340,17.3 us", "170000,170 us", "76543210,76.5 ms"})
  void timesTakeTheLargestUnit(long nanos, String text) {
    assertThat(Units.nanos(nanos)).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource({"1,317,1/317", "42,100,0.42", "105,100,1.05", "0,100,0.00"})
  void ratiosBelowATenthAreShares(long nanos, long toNanos, String text) {
    assertThat(Units.ratio(nanos, toNanos)).isEqualTo(text);
  }
}
