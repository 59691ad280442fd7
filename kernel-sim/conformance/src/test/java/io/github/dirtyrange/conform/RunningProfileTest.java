package io.github.dirtyrange.conform;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dirtyrange.kernel.sim.machine.Profile;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RunningProfileTest {

  @ParameterizedTest
  @CsvSource({
    "6.18.44-fc-v595, 6.18.44",
    "6.12.95+deb12-cloud-amd64, 6.12.95",
    "6.1.0-50-cloud-amd64, 6.1",
    "6.8.0-45-generic, 6.8",
    "6.12-rc3, 6.12",
    "5.15.0-91-generic, 6.1.176",
    "7.9.1, 7.3.4",
    "unheard-of, 7.3",
  })
  void theReleaseIsReadFromTheKernelsName(String name, String simulated) {
    assertThat(RunningProfile.byRelease(name)).isEqualTo(Profile.linux(simulated));
  }
}
