package io.github.dirtyrange.linux;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dirtyrange.kernel.Capability;
import io.github.dirtyrange.kernel.Kernel;
import io.github.dirtyrange.linux.sys.Settings;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class LinuxKernelTest {

  @BeforeAll
  static void needsLinux() {
    OnLinux.need();
  }

  @Test
  void everyCapabilityIsProbedAndExplained() {
    Kernel kernel = LinuxKernel.open();
    assertThat(kernel.name()).isEqualTo("linux");
    assertThat(kernel.release()).matches("\\d+\\.\\d+.*");
    assertThat(kernel.capabilities().all())
        .extracting(Capability::name)
        .containsExactly(
            Capability.SOFT_DIRTY,
            Capability.PAGEMAP_SCAN,
            Capability.WP_ASYNC,
            Capability.CHANGE_QUEUE,
            Capability.KERNEL_QUEUE,
            Capability.BPF_HOOKS,
            Capability.FAULT_SAMPLES,
            Capability.READ_MEMORY,
            Capability.FRAME_NUMBERS);
    assertThat(kernel.capabilities().all()).noneMatch(c -> c.detail().isBlank());
  }

  @Test
  void unavailableCapabilitiesNameWhatWouldChangeThat() {
    assertThat(LinuxKernel.open().capabilities().all())
        .filteredOn(capability -> !capability.available())
        .allMatch(
            capability ->
                capability.detail().matches(".*(CONFIG_|CAP_|Linux 6|kernel\\.|kernel-lab).*"));
  }

  @Test
  void numbersAmongTheSettingsAreReadWhole() {
    // The kernel refuses anything below 301.
    assertThat(Settings.readNumber("kernel/pid_max")).isNotEmpty();
    assertThat(Settings.readNumber("kernel/pid_max").orElse(0)).isGreaterThan(300);
    assertThat(Settings.readNumber("kernel/no-such-setting")).isEmpty();
    assertThat(Settings.say("kernel/no-such-setting"))
        .isEqualTo("kernel.no-such-setting is unknown");
  }
}
