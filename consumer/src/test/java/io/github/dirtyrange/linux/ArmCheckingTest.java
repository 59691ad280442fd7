package io.github.dirtyrange.linux;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dirtyrange.kernel.Arming;
import io.github.dirtyrange.kernel.Capability;
import io.github.dirtyrange.kernel.Frozen;
import io.github.dirtyrange.kernel.MemoryGoneException;
import io.github.dirtyrange.kernel.TrackedProcess;
import io.github.dirtyrange.kernel.TrackedRanges;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A process that checks its memory, its registers and its calls is armed again and again. */
@Timeout(120)
@Tag("machine")
class ArmCheckingTest {

  /** A longer run: {@code -Darm.seconds=60}. */
  private static final long NANOS = TimeUnit.SECONDS.toNanos(Long.getLong("arm.seconds", 1));

  private static final long MOST_NANOS = 30 * NANOS;

  @TempDir static Path folder;
  private static Path checking;

  @BeforeAll
  static void compile() throws IOException, InterruptedException {
    OnLinux.need(Capability.WP_ASYNC);
    checking = CTarget.compile("checking", folder);
  }

  @Test
  void armedAgainAndAgainItStaysRight() throws Exception {
    try (CTarget target = start("spinning", 2, "calling", 2)) {
      int armed = armFor(target, NANOS, LinuxKernel.open());
      assertThat(armed).isPositive();
      assertRight(target);
    }
  }

  @Test
  void oneThatOnlySpinsStaysRightToo() throws Exception {
    try (CTarget target = start("spinning", 3)) {
      armFor(target, NANOS / 2, LinuxKernel.open(new ArmingOptions(false)));
      armFor(target, NANOS / 2, LinuxKernel.open());
      assertRight(target);
    }
  }

  /** Each signal is counted where it is sent and where it is handled. */
  @Test
  void noSignalOfAHeavyRainIsLostOrComesTwice() throws Exception {
    try (CTarget target = start("spinning", 2, "raining", 1)) {
      armFor(target, NANOS / 2, LinuxKernel.open(new ArmingOptions(false)));
      armFor(target, NANOS / 2, LinuxKernel.open());
      assertRight(target);
    }
  }

  /** It is armed, or it has become another program: whichever came first at that instant. */
  @Test
  void oneThatExecutesAtEveryInstantGoesOnFromLifeToLife() throws Exception {
    goesOnFromLifeToLife(CTarget.compile("execs", folder));
  }

  /** Then each life has the same addresses, and the same auxiliary vector. */
  @Test
  void soDoesOneWhoseAddressesAreNotRandomised() throws Exception {
    Path fixed = folder.resolve("execs-fixed");
    String script = "#!/bin/sh\nexec setarch -R " + CTarget.compile("execs", folder) + "\n";
    Files.writeString(fixed, script);
    Files.setPosixFilePermissions(fixed, PosixFilePermissions.fromString("rwxr-xr-x"));
    goesOnFromLifeToLife(fixed);
  }

  private static void goesOnFromLifeToLife(Path program) throws Exception {
    int armed = 0;
    try (CTarget target = CTarget.start(program)) {
      assertThat(target.answer()).isEqualTo("ready");
      long start = System.nanoTime();
      // Where arming takes longer than a life, it succeeds seldom.
      while (System.nanoTime() - start < (armed > 0 ? NANOS : MOST_NANOS)) {
        armed += armsInOneLife(target) ? 1 : 0;
      }
      assertThat(armed).isPositive();
      assertRight(target);
    }
  }

  private static boolean armsInOneLife(CTarget target) {
    try (TrackedProcess process = LinuxKernel.open().open(target.pid());
        Arming arming = process.arm(TrackedRanges.allOfUserSpace())) {
      return arming.stoppedNanos() > 0;
    } catch (MemoryGoneException e) {
      assertThat(e.reason()).isEqualTo(MemoryGoneException.Reason.EXEC);
      return false;
    }
  }

  /** Such a stack lies behind a guard as a thread's own does, but has no room to spare. */
  @Test
  void nothingIsWrittenToAStackThatMayBeSmall() throws Exception {
    try (CTarget target = start("coroutine", 3)) {
      armFor(target, NANOS / 2, LinuxKernel.open());
      assertRight(target);
    }
  }

  @Test
  void aRestartableSequenceIsNotFinishedOnceItWasCut() throws Exception {
    try (CTarget target = start("sequence", 3)) {
      armFor(target, NANOS / 2, LinuxKernel.open());
      assertRight(target);
    }
  }

  @Test
  void frozenAgainAndAgainItStaysRight() throws Exception {
    try (CTarget target = start("spinning", 2, "calling", 6);
        TrackedProcess process = LinuxKernel.open().open(target.pid())) {
      long end = System.nanoTime() + NANOS / 2;
      while (System.nanoTime() < end) {
        try (Frozen frozen = process.freeze()) {
          assertThat(frozen.threads()).isEqualTo(9);
          assertThat(frozen.nanos()).isPositive();
        }
      }
      assertRight(target);
    }
  }

  private static CTarget start(Object... kinds) throws IOException {
    CTarget target = CTarget.start(checking, kinds);
    assertThat(target.answer()).isEqualTo("ready");
    return target;
  }

  private static int armFor(CTarget target, long nanos, LinuxKernel kernel) {
    int armed = 0;
    try (TrackedProcess process = kernel.open(target.pid())) {
      for (long end = System.nanoTime() + nanos; System.nanoTime() < end; armed++) {
        try (Arming arming = process.arm(TrackedRanges.allOfUserSpace())) {
          assertThat(arming.stoppedNanos()).isPositive();
        }
      }
    }
    return armed;
  }

  private static void assertRight(CTarget target) throws Exception {
    assertThat(target.ask("end")).startsWith("right ");
    assertThat(target.finish()).isZero();
  }
}
