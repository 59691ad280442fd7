package io.github.dirtyrange.kernel.sim.machine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ProfileTest {

  @Test
  void whatWasListedIsComputed() {
    assertThat(Profile.linux("6.1").quirks())
        .containsExactlyInAnyOrderElementsOf(Profile.V6_1.quirks());
    assertThat(Profile.linux("6.12").quirks())
        .containsExactlyInAnyOrderElementsOf(Profile.V6_12.quirks());
    assertThat(Profile.linux("6.18").with(Quirk.NO_SOFT_DIRTY).quirks())
        .containsExactlyInAnyOrderElementsOf(Profile.V6_18.quirks());
    assertThat(Profile.linux("7.3").quirks())
        .containsExactlyInAnyOrderElementsOf(Profile.V7_3.quirks());
  }
}
