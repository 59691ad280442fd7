package io.github.dirtyrange.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.dirtyrange.kernel.Arming;
import io.github.dirtyrange.kernel.Capability;
import io.github.dirtyrange.kernel.Errno;
import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.kernel.TrackedProcess;
import io.github.dirtyrange.kernel.TrackedRanges;
import io.github.dirtyrange.linux.mm.Smaps;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Processes of unusual kinds: each is armed and goes on rightly, or is refused in one line. */
@Timeout(300)
@Tag("machine")
class ArmPeculiarTest {

  private static final TrackedRanges ALL = TrackedRanges.allOfUserSpace();

  /** For so long a process sleeps; longer ones follow where this machine is too slow for that. */
  private static final int MILLIS = 600;

  private static final int MOST_MILLIS = 20_000;
  private static final int LONG_MILLIS = 3_000;

  @TempDir static Path folder;
  private static Path peculiar;

  @BeforeAll
  static void compile() throws IOException, InterruptedException {
    OnLinux.need(Capability.WP_ASYNC);
    peculiar = CTarget.compile("peculiar", folder);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "plain",
        "kill",
        "trap",
        "errno",
        "allow",
        "soft",
        "namespaces",
        "nobody",
        "undumpable",
        "leader",
        "uring"
      })
  void isArmedAndGoesOnRightly(String kind) throws Exception {
    int millis = MILLIS;
    while (!isArmedWhileItSleeps(kind, millis)) {
      millis *= 4;
      assertThat(millis).as("it ends before it is armed and frozen").isLessThan(MOST_MILLIS);
    }
  }

  /** {@return whether it slept for long enough} */
  private static boolean isArmedWhileItSleeps(String kind, int millis) throws Exception {
    try (CTarget target = CTarget.start(peculiar, kind, millis)) {
      int pid = target.number();
      Thread.sleep(50);
      boolean slept = isArmedAndFrozen(pid);
      assertThat(target.answer()).isEqualTo("right");
      assertThat(target.finish()).isZero();
      return slept;
    }
  }

  private static boolean isArmedAndFrozen(int pid) {
    try (TrackedProcess process = LinuxKernel.open().open(pid)) {
      process.arm(ALL).close();
      process.freeze().close();
      return true;
    } catch (KernelException e) {
      if (e.errno() != Errno.ESRCH) {
        throw e;
      }
      return false;
    }
  }

  @Test
  void oneThatIsStoppedStaysStopped() throws Exception {
    try (CTarget target = CTarget.start(peculiar, "stopped", MILLIS)) {
      int pid = target.number();
      awaitState(pid, "T");
      try (TrackedProcess process = LinuxKernel.open().open(pid);
          Arming arming = process.arm(ALL)) {
        assertThat(arming.stoppedNanos()).isPositive();
        awaitState(pid, "T");
        process.freeze().close();
        awaitState(pid, "T");
      }
      new ProcessBuilder("kill", "-CONT", Integer.toString(pid)).start().waitFor();
      assertThat(target.answer()).isEqualTo("right");
    }
  }

  private static void awaitState(int pid, String state) throws Exception {
    for (int i = 0; i < 2_000; i++) {
      if (status(pid).contains("\nState:\t" + state)) {
        return;
      }
      Thread.sleep(5);
    }
    assertThat(status(pid)).contains("\nState:\t" + state);
  }

  private static String status(int pid) throws IOException {
    return Files.readString(Path.of("/proc", Integer.toString(pid), "status"));
  }

  @Test
  void oneThatIsTracedIsRefusedByTheTracersName() throws Exception {
    try (CTarget target = CTarget.start(peculiar, "traced", LONG_MILLIS)) {
      int pid = target.number();
      try (TrackedProcess process = LinuxKernel.open().open(pid)) {
        String tracer = "which process " + target.pid() + " (peculiar) traces";
        assertThatThrownBy(() -> process.arm(ALL))
            .hasMessageContaining(tracer)
            .hasMessageContaining("EPERM");
        assertThatThrownBy(process::freeze).hasMessageContaining(tracer);
      }
      assertThat(target.answer()).isEqualTo("right");
      assertThat(target.finish()).isZero();
    }
  }

  /** Where the limit may be raised beyond the hard one, it is. */
  @Test
  void oneThatMayHaveNoDescriptorMoreIsUnharmed() throws Exception {
    try (CTarget target = CTarget.start(peculiar, "hard", LONG_MILLIS)) {
      int pid = target.number();
      try (TrackedProcess process = LinuxKernel.open().open(pid)) {
        KernelException refusal =
            catchThrowableOfType(KernelException.class, () -> process.arm(ALL).close());
        if (refusal != null) {
          assertThat(refusal.errno()).as(refusal.getMessage()).isEqualTo(Errno.EMFILE);
        }
      }
      assertThat(target.answer()).isEqualTo("right");
      assertThat(target.finish()).isZero();
    }
  }

  @Test
  void oneWhoseThreadsDoNotStopIsRefusedWithWhatTheyDo() throws Exception {
    try (CTarget target = CTarget.start(peculiar, "kernel-only", 60_000)) {
      int pid = target.number();
      Thread.sleep(50);
      try (TrackedProcess process = LinuxKernel.open().open(pid)) {
        assertThatThrownBy(() -> process.arm(ALL))
            .hasMessageContaining("no thread stops")
            .hasMessageContaining("vfork")
            .hasMessageContaining("EBUSY");
        assertThatThrownBy(process::freeze).hasMessageContaining("EBUSY");
      }
      assertThat(status(pid)).contains("TracerPid:\t0\n");
    }
  }

  @Test
  void oneOf32BitsIsRefusedByName() throws Exception {
    Path source = Files.writeString(folder.resolve("narrow.c"), NARROW);
    Path program = folder.resolve("narrow");
    List<String> gcc =
        List.of("gcc", "-m32", "-static", "-nostdlib", "-o", program.toString(), source.toString());
    assertThat(new ProcessBuilder(gcc).inheritIO().start().waitFor()).isZero();
    try (CTarget target = CTarget.start(program)) {
      assumeTrue(
          CTarget.executes(target.pid(), program), "this kernel runs no programs of 32 bits");
      assertIsRefused(target);
      assertThat(Smaps.withFlag(Path.of("/proc/" + target.pid() + "/smaps"), Smaps.UFFD_WP))
          .isEmpty();
      assertThat(status(target.pid())).contains("TracerPid:\t0\n").contains("State:\tR");
    }
  }

  private static void assertIsRefused(CTarget target) {
    try (TrackedProcess process = LinuxKernel.open().open(target.pid())) {
      assertThatThrownBy(() -> process.arm(ALL))
          .hasMessageContaining("which runs 32-bit code")
          .hasMessageContaining("EPERM");
    }
  }

  private static final String NARROW =
      """
      void _start(void) { for (;;) { __asm__ volatile(""); } }
      """;
}
