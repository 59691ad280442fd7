package io.github.dirtyrange.kernel.sim.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReleaseTest {

  @Test
  void seriesComeInTheirOrderAndStableReleasesWithinThem() {
    assertThat(
            new Release[] {
              Release.of("6.1"),
              Release.of("6.1.176"),
              Release.of("6.2"),
              Release.of("6.12.95"),
              Release.of("6.12.103"),
              Release.of("7.0")
            })
        .isSorted();
  }

  @Test
  void aSeriesIsSimulatedAsItWasMeasuredOrElseAsItBegan() {
    assertThat(Release.simulated("6.12")).isEqualTo(new Release(6, 12, 95));
    assertThat(Release.simulated("6.8")).isEqualTo(new Release(6, 8, 0));
    assertThat(Release.simulated("6.12.0")).isEqualTo(new Release(6, 12, 0));
  }

  @ParameterizedTest
  @ValueSource(strings = {"5.15", "6.0.19", "6.20", "7.4", "8.0"})
  void whatIsNotSimulatedIsRefusedWithWhatIs(String name) {
    assertThatThrownBy(() -> Release.simulated(name))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "there is no Linux '%s' to simulate; give one from 6.1 to 6.19 or 7.0 to 7.3", name);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "6", "six", "6.8.", "6.8-rc1", "6.8.1.2", "-6.8", "6.123456", "06.8", "6.08"})
  void whatIsNoReleaseIsRefusedWithHowOneLooks(String name) {
    assertThatThrownBy(() -> Release.simulated(name))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("'%s' is not a release of Linux; write it as 6.8 or 6.12.95", name);
  }

  @Test
  void theNearestReleaseThatIsSimulatedIsItselfOrAtAnEnd() {
    assertThat(Release.of("5.10.200").nearestSimulated()).isEqualTo(Release.of("6.1.176"));
    assertThat(Release.of("6.12.3").nearestSimulated()).isEqualTo(Release.of("6.12.3"));
    assertThat(Release.of("7.5").nearestSimulated()).isEqualTo(Release.of("7.3.4"));
  }
}
