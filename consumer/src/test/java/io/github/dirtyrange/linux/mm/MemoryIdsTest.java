package io.github.dirtyrange.linux.mm;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dirtyrange.kernel.Vma;
import org.junit.jupiter.api.Test;

class MemoryIdsTest {

  /** As in two containers, each with a tmpfs of its own: numbers begin anew in each. */
  @Test
  void filesOfTheSameNameAndNumberOnTwoDevicesAreTwo() {
    assertThat(MemoryIds.of(file(0x19), 1, 0)).isNotEqualTo(MemoryIds.of(file(0x1a), 1, 0));
    assertThat(MemoryIds.of(file(0x19), 1, 0)).isEqualTo(MemoryIds.of(file(0x19), 1, 0));
  }

  private static Vma file(long device) {
    return new Vma(1, 2, true, true, false, true, 0, device, 2, "/dev/shm/x");
  }
}
