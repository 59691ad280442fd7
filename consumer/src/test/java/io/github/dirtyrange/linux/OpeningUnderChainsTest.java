package io.github.dirtyrange.linux;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dirtyrange.kernel.Capability;
import io.github.dirtyrange.kernel.ChangeQueue;
import io.github.dirtyrange.kernel.ChangeQueueOptions;
import io.github.dirtyrange.kernel.PageRange;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.TrackedProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Queues are opened while threads write that start one another and end: what is written after the
 * opening began is in the first drain at the latest (law L12), and so on with every drain.
 *
 * <p>{@code -Ddirtyrange.openings=200} opens more often.
 */
@Timeout(600)
class OpeningUnderChainsTest {

  private static final int OPENINGS = Integer.getInteger("dirtyrange.openings", 20);
  private static final int PAGES = 1 << 20;

  /** So slow that a drain goes by its samples, and does not scan everything by choice. */
  private static final long PAUSE_NANOS = 20_000;

  @TempDir static Path folder;
  private static Path chains;

  @BeforeAll
  static void compile() throws IOException, InterruptedException {
    OnLinux.need(Capability.CHANGE_QUEUE);
    chains = CTarget.compile("chains", folder);
  }

  @Test
  void noPageIsToldLateWhereThreadsStartOneAnother() throws IOException {
    List<PageRange> late = new ArrayList<>();
    try (CTarget target = CTarget.start(chains, PAGES, 3, PAUSE_NANOS)) {
      long firstVpn = Pages.vpn(target.longNumber());
      try (TrackedProcess process = LinuxKernel.open().open(target.pid())) {
        ChangeQueueOptions options =
            new ChangeQueueOptions(List.of(new PageRange(firstVpn, firstVpn + PAGES)), 16L << 20);
        for (int opening = 0; opening < OPENINGS; opening++) {
          target.ask("start");
          try (ChangeQueue queue = process.openChangeQueue(options)) {
            target.ask("end");
            addLate(queue, late);
            target.ask("start");
            queue.drain((start, end, changed, now) -> {});
            target.ask("end");
            addLate(queue, late);
          }
        }
      }
    }
    assertThat(late).isEmpty();
  }

  /** What is left for an exact drain was not in the one before it. */
  private static void addLate(ChangeQueue queue, List<PageRange> late) {
    queue.drain((start, end, changed, now) -> {});
    queue.drainExactly((start, end, changed, now) -> late.add(new PageRange(start, end)));
  }
}
