package io.github.dirtyrange.linux.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dirtyrange.interval.PageIntervalMap;
import io.github.dirtyrange.interval.staged.IntervalMaps;
import io.github.dirtyrange.kernel.Arming;
import io.github.dirtyrange.kernel.Capability;
import io.github.dirtyrange.kernel.ChangeQueue;
import io.github.dirtyrange.kernel.ChangeQueueOptions;
import io.github.dirtyrange.kernel.PageRange;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.TrackedProcess;
import io.github.dirtyrange.kernel.TrackedRanges;
import io.github.dirtyrange.linux.CTarget;
import io.github.dirtyrange.linux.LinuxKernel;
import io.github.dirtyrange.linux.OnLinux;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A write that is counted and not sampled, while other threads' faults are sampled. */
@Timeout(120)
@Tag("machine")
class UnsampledAmongSampledTest {

  private static final int PAGES = 2_048;
  private static final int WRITES = 10_000;

  /** A writer that loses its CPU between being counted and being sampled may hide one. */
  private static final int MOST_HIDDEN = 2;

  @TempDir static Path folder;
  private static Path beside;

  @BeforeAll
  static void compile() throws IOException, InterruptedException {
    OnLinux.need(Capability.CHANGE_QUEUE);
    beside = CTarget.compile("beside", folder);
  }

  /** The sweep goes over all pages in four drains, so a page that comes later was hidden. */
  @Test
  void isToldByTheNextDrain() throws IOException {
    try (CTarget target = CTarget.start(beside, PAGES)) {
      long firstVpn = Pages.vpn(target.longNumber());
      TrackedRanges ranges = TrackedRanges.of(new PageRange(firstVpn, firstVpn + 2 * PAGES));
      try (TrackedProcess process = LinuxKernel.open().open(target.pid());
          Arming arming = process.arm(ranges);
          ChangeQueue queue = process.openChangeQueue(new ChangeQueueOptions(ranges, 1 << 20))) {
        assertThat(arming.refused()).isEmpty();
        List<Integer> hidden = new ArrayList<>();
        for (int i = 0; i < WRITES; i++) {
          int page = i * 797 % PAGES;
          drain(queue);
          assertThat(target.ask(Integer.toString(page))).isEqualTo("done");
          if (drain(queue).get(firstVpn + page) == 0) {
            hidden.add(i);
            assertThat(drainExactly(queue).get(firstVpn + page)).as("write " + i).isNotZero();
          }
        }
        assertThat(hidden)
            .as("writes that the next drain did not tell")
            .hasSizeLessThanOrEqualTo(MOST_HIDDEN);
      }
    }
  }

  private static PageIntervalMap drainExactly(ChangeQueue queue) {
    PageIntervalMap drained = IntervalMaps.create();
    queue.drainExactly((startVpn, endVpn, changed, now) -> drained.add(startVpn, endVpn, changed));
    return drained;
  }

  private static PageIntervalMap drain(ChangeQueue queue) {
    PageIntervalMap drained = IntervalMaps.create();
    queue.drain((startVpn, endVpn, changed, now) -> drained.add(startVpn, endVpn, changed));
    return drained;
  }
}
