package io.github.dirtyrange.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

class DirtyAmountTest {

  @ParameterizedTest
  @CsvSource({
    "1000,524288,1000",
    "50%,524288,262144",
    "2.5%,1000,25",
    "0.001%,100,1",
    "100%,7,7",
    "0,7,0",
    "0%,7,0",
    "0.0%,7,0"
  })
  void anAmountIsPagesOrAShare(String text, long mappedPages, long pages) {
    assertThat(DirtyAmount.parse(text).pagesOf(mappedPages)).isEqualTo(pages);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "101%", "-1", "1.5", "%", "many", "99999999999"})
  void whatIsNotAnAmountIsNamed(String text) {
    assertThatThrownBy(() -> DirtyAmount.parse(text))
        .isInstanceOf(TypeConversionException.class)
        .hasMessageContaining("'" + text + "' is not an amount");
  }
}
