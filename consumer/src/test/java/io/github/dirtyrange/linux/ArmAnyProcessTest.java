package io.github.dirtyrange.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dirtyrange.kernel.Arming;
import io.github.dirtyrange.kernel.Capability;
import io.github.dirtyrange.kernel.ChangeQueue;
import io.github.dirtyrange.kernel.ChangeQueueOptions;
import io.github.dirtyrange.kernel.Frozen;
import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.kernel.MemoryGoneException;
import io.github.dirtyrange.kernel.PageRange;
import io.github.dirtyrange.kernel.TrackedProcess;
import io.github.dirtyrange.kernel.TrackedRanges;
import io.github.dirtyrange.linux.mm.Smaps;
import io.github.dirtyrange.linux.sys.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A process that has nothing of ours in it is armed, or held still, and is as before afterwards.
 */
@Timeout(60)
class ArmAnyProcessTest {

  private static final TrackedRanges ALL = TrackedRanges.allOfUserSpace();

  @TempDir static Path folder;

  @BeforeAll
  static void onThisMachine() {
    OnLinux.need(Capability.WP_ASYNC, Capability.CHANGE_QUEUE);
  }

  private static List<PageRange> registered(int pid) {
    return Smaps.withFlag(Path.of("/proc", Integer.toString(pid), "smaps"), Smaps.UFFD_WP);
  }

  private static long descriptors(int pid) throws IOException {
    try (Stream<Path> all = Files.list(Path.of("/proc", Integer.toString(pid), "fd"))) {
      return all.count();
    }
  }

  private static String status(int pid) throws IOException {
    return Files.readString(Path.of("/proc", Integer.toString(pid), "status"));
  }

  @Test
  void aProgramOfTheSystemIsArmedAndNothingIsLeftOfIt() throws Exception {
    try (CTarget cat = CTarget.start(Path.of("/bin/cat"));
        TrackedProcess process = LinuxKernel.open().open(cat.pid())) {
      assertThat(cat.ask("before")).isEqualTo("before");
      long before = descriptors(cat.pid());
      try (Arming arming = process.arm(ALL);
          ChangeQueue queue = process.openChangeQueue(new ChangeQueueOptions(ALL, 1 << 20))) {
        assertThat(arming.stoppedNanos()).isPositive();
        assertThat(registered(cat.pid())).isNotEmpty();
        assertThat(descriptors(cat.pid())).isEqualTo(before);
        queue.drainExactly((start, end, changed, now) -> {});
        assertThat(cat.ask("armed")).isEqualTo("armed");
        long[] pages = {0};
        queue.drainExactly((start, end, changed, now) -> pages[0] += end - start);
        assertThat(pages[0]).isPositive();
      }
      assertThat(registered(cat.pid())).isEmpty();
      assertThat(descriptors(cat.pid())).isEqualTo(before);
      assertThat(status(cat.pid())).contains("TracerPid:\t0\n");
      assertThat(cat.ask("after")).isEqualTo("after");
      assertThat(cat.finish()).isZero();
    }
  }

  @Test
  void aFrozenProcessChangesNothingUntilItIsLetGo() throws Exception {
    Path checking = CTarget.compile("checking", folder);
    try (CTarget target = CTarget.start(checking, "spinning", 1, "calling", 1);
        TrackedProcess process = LinuxKernel.open().open(target.pid())) {
      assertThat(target.answer()).isEqualTo("ready");
      try (Arming arming = process.arm(ALL);
          ChangeQueue queue = process.openChangeQueue(new ChangeQueueOptions(ALL, 1 << 20))) {
        try (Frozen frozen = process.freeze()) {
          assertThat(frozen.threads()).isEqualTo(3);
          queue.drainExactly((start, end, changed, now) -> {});
          Thread.sleep(20);
          queue.drainExactly(
              (start, end, changed, now) ->
                  assertThat(start).as("page written while frozen").isNegative());
          assertThat(frozen.nanos()).isGreaterThan(20_000_000);
        }
        long[] pages = {0};
        while (pages[0] == 0) {
          Thread.sleep(20);
          queue.drainExactly((start, end, changed, now) -> pages[0] += end - start);
        }
        assertThat(arming.refused()).isNotEmpty();
      }
      assertThat(target.ask("end")).startsWith("right");
    }
  }

  @Test
  void aProcessThatEndsWhileItIsFrozenIsLetGoQuietly() throws Exception {
    try (CTarget cat = CTarget.start(Path.of("/bin/cat"));
        TrackedProcess process = LinuxKernel.open().open(cat.pid())) {
      Frozen frozen = process.freeze();
      cat.kill();
      frozen.close();
      long nanos = frozen.nanos();
      frozen.close();
      assertThat(frozen.nanos()).isEqualTo(nanos);
      assertThatThrownBy(process::freeze)
          .isInstanceOf(MemoryGoneException.class)
          .hasMessageContaining("has ended");
      assertThatThrownBy(() -> process.arm(ALL)).isInstanceOf(MemoryGoneException.class);
    }
  }

  @Test
  void aFrozenProcessIsRefusedToAnybodyElse() throws Exception {
    try (CTarget cat = CTarget.start(Path.of("/bin/cat"));
        TrackedProcess process = LinuxKernel.open().open(cat.pid())) {
      try (Frozen frozen = process.freeze()) {
        assertThat(frozen.threads()).isEqualTo(1);
        assertThatThrownBy(process::freeze)
            .isInstanceOf(KernelException.class)
            .hasMessageContaining("traces: Operation not permitted (EPERM)");
      }
      process.freeze().close();
    }
  }

  @Test
  void nothingNewIsRegisteredNearTheLimitOfMappings() throws Exception {
    Path many = CTarget.compile("many", folder);
    int most = Settings.readNumber("vm/max_map_count").orElseThrow();
    try (CTarget target = CTarget.start(many, most - most / 9);
        TrackedProcess process = LinuxKernel.open().open(target.pid())) {
      target.longNumber();
      try (Arming arming = process.arm(ALL)) {
        target.ask("m");
        assertThat(arming.refresh()).isEmpty();
        assertThat(arming.refused())
            .anySatisfy(
                refusal -> assertThat(refusal.reason()).contains("near its limit of mappings"));
      }
      assertThat(target.finish()).isZero();
    }
  }
}
