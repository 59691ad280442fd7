package io.github.dirtyrange.linux.bpf;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Records name changes by number. */
class ChangeTest {

  @ParameterizedTest
  @EnumSource(Change.class)
  void aNumberStandsForItsChange(Change change) {
    assertThat(Change.of(change.number())).isEqualTo(change);
  }
}
