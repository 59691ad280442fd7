package io.github.dirtyrange.linux;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dirtyrange.kernel.Arming;
import io.github.dirtyrange.kernel.Capability;
import io.github.dirtyrange.kernel.TrackedProcess;
import io.github.dirtyrange.kernel.TrackedRanges;
import io.github.dirtyrange.linux.sys.Threads;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A child that is forked while a userfaultfd is open in the process has it as well. */
@Timeout(120)
@Tag("machine")
class ArmForkingTest {

  private static final int THREADS = 2;
  private static final int ARMINGS = Integer.getInteger("arm.forking", 40);

  @TempDir static Path folder;
  private static Path forking;

  @BeforeAll
  static void compile() throws IOException, InterruptedException {
    OnLinux.need(Capability.WP_ASYNC);
    forking = CTarget.compile("forking", folder);
  }

  private static boolean hasUserfaultfd(int pid) {
    try (Stream<Path> all = Files.list(Path.of("/proc", Integer.toString(pid), "fd"))) {
      return all.anyMatch(ArmForkingTest::isUserfaultfd);
    } catch (IOException e) {
      return false; // ended
    }
  }

  private static boolean isUserfaultfd(Path fd) {
    try {
      return Files.readSymbolicLink(fd).toString().contains("userfaultfd");
    } catch (IOException e) {
      return false;
    }
  }

  @Test
  void noChildKeepsTheUserfaultfd() throws Exception {
    try (CTarget target = CTarget.start(forking, THREADS)) {
      assertThat(target.answer()).isEqualTo("ready");
      for (int arming = 0; arming < ARMINGS; arming++) {
        try (TrackedProcess process = LinuxKernel.open().open(target.pid());
            Arming armed = process.arm(TrackedRanges.allOfUserSpace())) {
          armed.refresh();
          int[] children = Threads.children(target.pid());
          assertThat(Arrays.stream(children).filter(ArmForkingTest::hasUserfaultfd)).isEmpty();
        }
      }
      assertThat(target.ask("end")).isEqualTo("right");
      assertThat(target.finish()).isZero();
    }
  }
}
