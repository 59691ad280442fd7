package io.github.dirtyrange.linux.arm;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DescriptorLimitTest {

  @Test
  void theHardLimitStaysWhereTheSoftOneHasRoomBelowIt() {
    assertThat(new DescriptorLimit(256, 4096).raised()).isEqualTo(new DescriptorLimit(320, 4096));
    assertThat(new DescriptorLimit(1000, 1024).raised()).isEqualTo(new DescriptorLimit(1024, 1024));
  }

  @Test
  void otherwiseBothAreRaised() {
    assertThat(new DescriptorLimit(1024, 1024).raised()).isEqualTo(new DescriptorLimit(1088, 1088));
  }
}
