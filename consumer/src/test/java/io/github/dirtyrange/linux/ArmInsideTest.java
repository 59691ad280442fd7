package io.github.dirtyrange.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dirtyrange.kernel.Arming;
import io.github.dirtyrange.kernel.Capability;
import io.github.dirtyrange.kernel.TrackedProcess;
import io.github.dirtyrange.kernel.TrackedRanges;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Threads on stacks inside stacks, with system calls or descriptors of their own: what is between
 * the stack pointer and the end of the stack is not ours, and a call may be another one there.
 */
@Timeout(120)
@Tag("machine")
class ArmInsideTest {

  private static final TrackedRanges ALL = TrackedRanges.allOfUserSpace();

  /** Long enough to be armed several times on a busy machine. */
  private static final int MILLIS = 2_000;

  @TempDir static Path folder;
  private static Path inside;

  @BeforeAll
  static void compile() throws IOException, InterruptedException {
    OnLinux.need(Capability.WP_ASYNC);
    inside = CTarget.compile("inside", folder);
  }

  private static CTarget start(String kind) throws IOException {
    CTarget target = CTarget.start(inside, kind, MILLIS);
    assertThat(target.answer()).isEqualTo("ready");
    return target;
  }

  @ParameterizedTest
  @Execution(ExecutionMode.CONCURRENT)
  @ValueSource(
      strings = {"alternate", "coroutine", "dispatching", "dispatching-many", "arena", "apart"})
  void isArmedAndGoesOnRightly(String kind) throws Exception {
    try (CTarget target = start(kind)) {
      Thread.sleep(50);
      try (TrackedProcess process = LinuxKernel.open().open(target.pid())) {
        for (int time = 0; time < 3; time++) {
          try (Arming arming = process.arm(ALL)) {
            assertThat(arming.stoppedNanos()).isPositive();
          }
        }
      }
      assertThat(target.answer()).isEqualTo("right");
      assertThat(target.finish()).isZero();
    }
  }

  @Test
  void oneWhoseCallsAreDispatchedToItselfIsRefusedByName() throws Exception {
    try (CTarget target = start("dispatch")) {
      Thread.sleep(50);
      try (TrackedProcess process = LinuxKernel.open().open(target.pid())) {
        assertThatThrownBy(() -> process.arm(ALL))
            .hasMessageContaining("PR_SET_SYSCALL_USER_DISPATCH")
            .hasMessageContaining("EPERM");
      }
      assertThat(target.answer()).isEqualTo("right");
      assertThat(target.finish()).isZero();
    }
  }
}
