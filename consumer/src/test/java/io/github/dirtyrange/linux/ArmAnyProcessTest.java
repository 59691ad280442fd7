package io.github.dirtyrange.linux;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dirtyrange.kernel.Arming;
import io.github.dirtyrange.kernel.Capability;
import io.github.dirtyrange.kernel.Frozen;
import io.github.dirtyrange.kernel.PageRange;
import io.github.dirtyrange.kernel.TrackedProcess;
import io.github.dirtyrange.kernel.TrackedRanges;
import io.github.dirtyrange.linux.mm.Smaps;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A process that has nothing of ours in it is armed, and is as before afterwards. */
@Timeout(60)
class ArmAnyProcessTest {

  private static final TrackedRanges ALL = TrackedRanges.allOfUserSpace();

  @BeforeAll
  static void onThisMachine() {
    OnLinux.need(Capability.WP_ASYNC);
  }

  private static List<PageRange> registered(int pid) {
    return Smaps.withFlag(Path.of("/proc", Integer.toString(pid), "smaps"), Smaps.UFFD_WP);
  }

  private static long descriptors(int pid) throws IOException {
    try (Stream<Path> all = Files.list(Path.of("/proc", Integer.toString(pid), "fd"))) {
      return all.count();
    }
  }

  @Test
  void aSleepingProgramOfTheSystem() throws Exception {
    try (CTarget sleeper = CTarget.start(Path.of("/bin/sleep"), 60);
        TrackedProcess process = LinuxKernel.open().open(sleeper.pid())) {
      Thread.sleep(20);
      long before = descriptors(sleeper.pid());
      try (Arming arming = process.arm(ALL)) {
        System.err.println("stopped " + arming.stoppedNanos() + " refused " + arming.refused());
        assertThat(registered(sleeper.pid())).isNotEmpty();
        assertThat(descriptors(sleeper.pid())).isEqualTo(before);
      }
      assertThat(registered(sleeper.pid())).isEmpty();
      try (Frozen frozen = process.freeze()) {
        System.err.println("frozen " + frozen.threads() + " " + frozen.nanos());
        System.err.println(Files.readString(Path.of("/proc/" + sleeper.pid() + "/status")));
      }
      System.err.println(Files.readString(Path.of("/proc/" + sleeper.pid() + "/syscall")));
    }
  }
}
