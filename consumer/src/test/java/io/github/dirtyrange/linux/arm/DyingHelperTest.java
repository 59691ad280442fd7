package io.github.dirtyrange.linux.arm;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dirtyrange.kernel.Capability;
import io.github.dirtyrange.linux.CTarget;
import io.github.dirtyrange.linux.OnLinux;
import io.github.dirtyrange.linux.mm.MemoryIdentity;
import io.github.dirtyrange.linux.mm.ProcMaps;
import io.github.dirtyrange.linux.mm.UserfaultfdSource.Opened;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A helper that dies at any of its steps leaves the process right, and nothing in it. */
@Timeout(600)
@Tag("machine")
class DyingHelperTest {

  /** More than a helper takes, with a signal frame. */
  private static final int MOST_STEPS = 28;

  private static final int MILLIS = 700;

  /** A longer run: {@code -Darm.seconds=60}. */
  private static final long NANOS = TimeUnit.SECONDS.toNanos(Long.getLong("arm.seconds", 3));

  /**
   * Those that a stop alone makes end with EINTR before the helper comes to mend it are left out.
   */
  private static final List<String> KINDS =
      List.of("nanosleep", "futex", "read", "select", "accept", "sigsuspend", "blocking-all");

  @TempDir static Path folder;
  private static Path blocked;
  private static Path checking;

  @BeforeAll
  static void compile() throws IOException, InterruptedException {
    OnLinux.need(Capability.WP_ASYNC);
    blocked = CTarget.compile("blocked", folder);
    checking = CTarget.compile("checking", folder);
  }

  private static long userfaultfds(int pid) throws IOException {
    try (Stream<Path> all = Files.list(Path.of("/proc", Integer.toString(pid), "fd"))) {
      return all.filter(fd -> link(fd).contains("userfaultfd")).count();
    }
  }

  private static String link(Path fd) {
    try {
      return Files.readSymbolicLink(fd).toString();
    } catch (IOException e) {
      return "";
    }
  }

  /** Arms by a helper that dies at a step, and by others after it that do not. */
  private static void arm(CTarget target, int step) {
    int[] steps = {step};
    IntSupplier once =
        () -> {
          int now = steps[0];
          steps[0] = 0;
          return now;
        };
    try (MemoryIdentity identity = MemoryIdentity.open(target.pid());
        ProcMaps maps = new ProcMaps(identity)) {
      Opened opened = RemoteUserfaultfd.open(identity, maps, true, once);
      opened.descriptor().close();
    }
  }

  @Test
  void aThreadInACallGetsItsResultWhateverStepTheHelperDiesAt() throws Exception {
    for (String kind : KINDS) {
      List<CTarget> targets = new ArrayList<>();
      for (int step = 1; step <= MOST_STEPS; step++) {
        // Just before the helper comes: later the call would be over.
        CTarget target = CTarget.startWaiting(blocked, kind, MILLIS);
        targets.add(target);
        arm(target, step);
        assertThat(userfaultfds(target.pid())).as(kind + " " + step).isZero();
      }
      for (int step = 1; step <= MOST_STEPS; step++) {
        assertThat(targets.get(step - 1).answer()).as(kind + " " + step).isEqualTo("right");
        assertThat(targets.get(step - 1).finish()).isZero();
      }
    }
  }

  @Test
  void aProcessThatChecksItselfStaysRight() throws Exception {
    SplittableRandom random = new SplittableRandom(17);
    try (CTarget target = CTarget.start(checking, "spinning", 2, "calling", 2)) {
      assertThat(target.answer()).isEqualTo("ready");
      for (long end = System.nanoTime() + NANOS; System.nanoTime() < end; ) {
        arm(target, random.nextInt(MOST_STEPS + 1));
      }
      assertThat(userfaultfds(target.pid())).isZero();
      assertThat(target.ask("end")).startsWith("right ");
      assertThat(target.finish()).isZero();
    }
  }
}
