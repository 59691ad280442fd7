package io.github.dirtyrange.linux.kernelqueue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.github.dirtyrange.kernel.Capability;
import io.github.dirtyrange.kernel.ChangeQueueOptions;
import io.github.dirtyrange.kernel.Errno;
import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.kernel.TrackedProcess;
import io.github.dirtyrange.kernel.TrackedRanges;
import io.github.dirtyrange.linux.LinuxKernel;
import io.github.dirtyrange.linux.OnLinux;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What is said where the kernel keeps no queue, which is on all stock kernels. */
class OpenQueueFileTest {

  private static final String REASON =
      "this kernel has no /proc/PID/pagemap_queue; needs the patched kernel that"
          + " consumer/kernel-lab/run queue builds (docs/kernel-lab.md)";

  @BeforeAll
  static void needsAStockKernel() {
    OnLinux.need();
    assumeFalse(Files.exists(Path.of("/proc/self/pagemap_queue")), "this kernel keeps one");
  }

  @Test
  void theErrorNamesTheKernelThatHasOne() {
    int self = (int) ProcessHandle.current().pid();
    try (TrackedProcess process = LinuxKernel.open().open(self)) {
      assertThatThrownBy(
              () ->
                  process.openKernelQueue(
                      new ChangeQueueOptions(TrackedRanges.allOfUserSpace(), 1 << 20)))
          .isInstanceOf(KernelException.class)
          .hasMessage(REASON)
          .extracting(error -> ((KernelException) error).errno())
          .isEqualTo(Errno.EOPNOTSUPP);
    }
  }

  @Test
  void theCapabilitySaysTheSame() {
    Capability queue = LinuxKernel.open().capabilities().get(Capability.KERNEL_QUEUE);
    assertThat(queue.detail()).isEqualTo(REASON);
    assertThat(REASON).endsWith("; needs " + queue.remedy());
  }
}
