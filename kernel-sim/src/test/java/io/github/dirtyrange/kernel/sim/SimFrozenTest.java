package io.github.dirtyrange.kernel.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dirtyrange.kernel.Frozen;
import io.github.dirtyrange.kernel.MemoryGoneException;
import io.github.dirtyrange.kernel.TrackedProcess;
import org.junit.jupiter.api.Test;

class SimFrozenTest {

  private final SimKernel kernel = SimKernel.newest();
  private final SimProcess process = kernel.spawn();
  private final TrackedProcess tracked = process.tracked();

  @Test
  void itStandsUntilItIsLetGo() {
    Frozen frozen = tracked.freeze();
    assertThat(frozen.threads()).isEqualTo(1);
    long start = kernel.nanoTime();
    process.mmap(1 << 20);
    assertThat(frozen.nanos()).isPositive().isEqualTo(kernel.nanoTime() - start);
    frozen.close();
    long stood = frozen.nanos();
    process.mmap(1 << 20);
    frozen.close();
    assertThat(frozen.nanos()).isEqualTo(stood);
  }

  @Test
  void whatHasEndedCannotBeFrozen() {
    process.exit();
    assertThatThrownBy(tracked::freeze).isInstanceOf(MemoryGoneException.class);
  }
}
