package io.github.dirtyrange.linux;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dirtyrange.interval.PageIntervalMap;
import io.github.dirtyrange.interval.staged.IntervalMaps;
import io.github.dirtyrange.kernel.Arming;
import io.github.dirtyrange.kernel.Capability;
import io.github.dirtyrange.kernel.Categories;
import io.github.dirtyrange.kernel.ChangeQueue;
import io.github.dirtyrange.kernel.ChangeQueueOptions;
import io.github.dirtyrange.kernel.PageRange;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.TrackedProcess;
import io.github.dirtyrange.kernel.TrackedRanges;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Memory that was not seen at the opening, is seen after a refresh, and is lost again. */
@Timeout(60)
class SeenAndLostAgainTest {

  @TempDir static Path folder;

  private static void tell(CTarget target, String line) throws IOException {
    assertThat(target.ask(line)).isEqualTo("done");
  }

  @Test
  void isToldThoughNoDrainCameInBetween() throws Exception {
    OnLinux.need(Capability.CHANGE_QUEUE);
    try (CTarget target = CTarget.start(CTarget.compile("shifting", folder), 64)) {
      long first = Pages.vpn(target.longNumber());
      tell(target, "q 32 32");
      tell(target, "o");
      TrackedRanges ranges = TrackedRanges.of(new PageRange(first, first + 64));
      try (TrackedProcess process = LinuxKernel.open().open(target.pid());
          Arming arming = process.arm(ranges);
          ChangeQueue queue = process.openChangeQueue(new ChangeQueueOptions(ranges, 1 << 20))) {
        assertThat(queue.unseen()).isNotEmpty();
        tell(target, "k");
        assertThat(arming.refresh()).containsExactly(new PageRange(first + 32, first + 64));
        tell(target, "f 40 4");
        PageIntervalMap told = IntervalMaps.create();
        queue.drainExactly((from, to, changed, now) -> told.add(from, to, changed));
        assertThat(told.get(first + 40)).isEqualTo(Categories.WRITTEN | Categories.COARSE);
      }
    }
  }
}
