package io.github.dirtyrange.linux;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dirtyrange.kernel.Arming;
import io.github.dirtyrange.kernel.Capability;
import io.github.dirtyrange.kernel.ChangeQueue;
import io.github.dirtyrange.kernel.ChangeQueueOptions;
import io.github.dirtyrange.kernel.MemoryGoneException;
import io.github.dirtyrange.kernel.PageRange;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.TrackedProcess;
import io.github.dirtyrange.kernel.TrackedRanges;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A process is killed while it is armed and a queue is opened on it, at ever later moments. */
@Timeout(300)
@Tag("machine")
class KilledWhileOpeningTest {

  private static final int KILLS = 60;
  private static final int PAGES = 4096;
  private static final long STEP_NANOS = 250_000;

  @TempDir static Path folder;
  private static Path shifting;

  @BeforeAll
  static void compile() throws IOException, InterruptedException {
    OnLinux.need(Capability.CHANGE_QUEUE);
    shifting = CTarget.compile("shifting", folder);
  }

  /** Anything else than a memory that has gone fails the test. */
  @Test
  void whateverIsUnderWayEndsWithAnExceptionThatSaysSo() throws Exception {
    int gone = 0;
    for (int kill = 0; kill < KILLS; kill++) {
      try (CTarget target = CTarget.start(shifting, PAGES)) {
        long firstVpn = Pages.vpn(target.longNumber());
        assertThat(target.ask("o")).isEqualTo("done");
        try (TrackedProcess process = LinuxKernel.open().open(target.pid())) {
          long at = System.nanoTime() + kill * STEP_NANOS;
          Thread killer = new Thread(() -> killAt(target, at));
          killer.start();
          try {
            track(process, TrackedRanges.of(new PageRange(firstVpn, firstVpn + PAGES)));
          } catch (MemoryGoneException e) {
            gone++;
          }
          killer.join();
        }
      }
    }
    assertThat(gone).isEqualTo(KILLS);
  }

  private static void killAt(CTarget target, long nanos) {
    while (System.nanoTime() < nanos) {
      Thread.onSpinWait();
    }
    target.close();
  }

  /** Goes on until the process has gone. */
  private static void track(TrackedProcess process, TrackedRanges ranges) {
    try (Arming arming = process.arm(ranges);
        ChangeQueue queue = process.openChangeQueue(new ChangeQueueOptions(ranges, 1 << 20))) {
      while (true) {
        arming.refresh();
        queue.drain((start, end, changed, now) -> {});
        queue.drainExactly((start, end, changed, now) -> {});
        queue.peek((start, end, changed, now) -> {});
      }
    }
  }
}
