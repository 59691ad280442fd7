package io.github.dirtyrange.linux;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dirtyrange.kernel.Arming;
import io.github.dirtyrange.kernel.Capability;
import io.github.dirtyrange.kernel.ChangeQueue;
import io.github.dirtyrange.kernel.ChangeQueueOptions;
import io.github.dirtyrange.kernel.Errno;
import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.kernel.TrackedProcess;
import io.github.dirtyrange.kernel.TrackedRanges;
import java.io.IOException;
import java.nio.file.Path;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A process that is killed at any moment of being tracked: whoever tracks it is told just that. */
@Timeout(120)
class KilledTargetTest {

  private static final int TARGETS = 60;
  private static final int LATEST_NANOS = 30_000_000;
  private static final ChangeQueueOptions WHOLE =
      new ChangeQueueOptions(TrackedRanges.allOfUserSpace(), 1 << 20);

  @TempDir static Path folder;
  private static Path many;

  @BeforeAll
  static void compile() throws IOException, InterruptedException {
    OnLinux.need(Capability.CHANGE_QUEUE, Capability.PAGEMAP_SCAN);
    many = CTarget.compile("many", folder);
  }

  @Test
  void aTargetThatIsKilledMeanwhileGivesOneException() throws Exception {
    SplittableRandom random = new SplittableRandom(4);
    for (int i = 0; i < TARGETS; i++) {
      long nanos = random.nextLong(LATEST_NANOS);
      try (CTarget target = CTarget.start(many, 400, "self")) {
        target.longNumber();
        Thread killer = new Thread(() -> kill(target, nanos));
        killer.start();
        trackUntilGone(target.pid());
        killer.join();
      }
    }
  }

  private static void kill(CTarget target, long afterNanos) {
    LockSupport.parkNanos(afterNanos);
    try {
      target.kill();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Opens all there is, again and again, until the target is gone. */
  private static void trackUntilGone(int pid) {
    KernelException told = null;
    while (told == null) {
      try (TrackedProcess process = LinuxKernel.open().open(pid)) {
        trackOnce(process);
      } catch (KernelException e) {
        told = e;
      }
    }
    assertThat(told.errno()).as(told.getMessage()).isEqualTo(Errno.ESRCH);
  }

  private static void trackOnce(TrackedProcess process) {
    process.maps();
    process.openFaultSamples(WHOLE.ranges(), 1 << 20).close();
    try (Arming arming = process.arm(WHOLE.ranges());
        ChangeQueue queue = process.openChangeQueue(WHOLE)) {
      arming.refresh();
      queue.drain((startVpn, endVpn, changed, now) -> {});
      queue.drainExactly((startVpn, endVpn, changed, now) -> {});
    }
  }
}
