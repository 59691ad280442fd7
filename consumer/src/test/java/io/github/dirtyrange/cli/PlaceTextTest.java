package io.github.dirtyrange.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dirtyrange.kernel.PageRange;
import io.github.dirtyrange.live.Place;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

class PlaceTextTest {

  private static Place place(String text) {
    return new PlaceText().convert(text);
  }

  @ParameterizedTest
  @ValueSource(strings = {"7f1000000000-7f1000003000", "0x7f1000000000-0x7f1000003000"})
  void readsARangeAsMapsWritesIt(String text) {
    assertThat(place(text))
        .isEqualTo(new Place.Addresses(new PageRange(0x7f1000000L, 0x7f1000003L)));
  }

  @Test
  void pagesThatAreBegunCountWhole() {
    assertThat(place("1fff-2001")).isEqualTo(new Place.Addresses(new PageRange(1, 3)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"[heap]", "libc.so.6", "/usr/lib/libc.so.6", "[anon]", "not-an-address"})
  void allElseIsAName(String text) {
    assertThat(place(text)).isEqualTo(new Place.Named(text));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "2000-1000",
        "1000-1000",
        "ffffffffffffffff-1",
        "0-ffffffffffffffff",
        "1000-800000000000",
        "1000-7fffffffffffe000",
        ""
      })
  void refusesWhatIsNoPlace(String text) {
    assertThatThrownBy(() -> place(text)).isInstanceOf(TypeConversionException.class);
  }
}
