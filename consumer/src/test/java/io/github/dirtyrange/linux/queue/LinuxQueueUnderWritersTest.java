package io.github.dirtyrange.linux.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dirtyrange.kernel.ChangeQueue;
import io.github.dirtyrange.kernel.CostModel;
import io.github.dirtyrange.kernel.PageRange;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.TrackedProcess;
import io.github.dirtyrange.linux.sys.Sys;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Threads write while the queue is drained: nothing may be lost. */
@Tag("machine")
class LinuxQueueUnderWritersTest extends QueueOnTarget {

  private static final long FEW_PAGES = 1 << 11;
  private static final CostModel JOIN_NOTHING = costs(0, 1e-3, 1e-3);

  @Test
  void drainsWhileThreadsWriteLoseNothing() throws IOException {
    // Pages few enough at a time, and many enough in all, that neither spans nor the sweep cover
    // what hints would miss.
    mirrorEqualsMemory(ROOMY, PAGES, 10_000);
  }

  @Test
  void drainsOfRingsTooSmallForTheWritersLoseNothing() throws IOException {
    mirrorEqualsMemory(Pages.SIZE, FEW_PAGES, 0);
  }

  /** Copies what is drained while threads write; after a last drain in calm nothing may differ. */
  private void mirrorEqualsMemory(long maxBytes, long pages, long pauseNanos) throws IOException {
    PageRange range = region(0, pages);
    Mirror mirror = new Mirror(process, range);
    SplittableRandom seeds = new SplittableRandom(42);
    try (ChangeQueue queue = open(maxBytes, JOIN_NOTHING, range)) {
      queue.drainExactly(mirror::copy);
      mirror.copy(range.startVpn(), range.endVpn(), 0, 0);
      for (int round = 0; round < 5; round++) {
        target.order("busy", 3, pages, seeds.nextLong(1 << 30), pauseNanos);
        for (int drain = 0; drain < 60; drain++) {
          queue.drain(mirror::copy);
        }
        target.order("calm");
        queue.drain(mirror::copy);
        assertThat(mirror.pagesThatDiffer()).isEmpty();
      }
    }
  }

  @FunctionalInterface
  private interface StampUse {
    void take(int page, long stamp);
  }

  /** A copy of the first 8 bytes of each page, kept up to date by what is drained. */
  private static final class Mirror {
    private final TrackedProcess process;
    private final PageRange range;
    private final long[] stamps;
    private final ByteBuffer buffer = Sys.struct(64 * Pages.SIZE);

    Mirror(TrackedProcess process, PageRange range) {
      this.process = process;
      this.range = range;
      this.stamps = new long[(int) range.pages()];
    }

    void copy(long startVpn, long endVpn, long changed, long now) {
      read(startVpn, endVpn, (page, stamp) -> stamps[page] = stamp);
    }

    List<Integer> pagesThatDiffer() {
      List<Integer> pages = new ArrayList<>();
      read(
          range.startVpn(),
          range.endVpn(),
          (page, stamp) -> {
            if (stamps[page] != stamp) {
              pages.add(page);
            }
          });
      return pages;
    }

    private void read(long startVpn, long endVpn, StampUse use) {
      int room = buffer.capacity() / Pages.SIZE;
      for (long vpn = startVpn; vpn < endVpn; vpn += room) {
        int pages = (int) Math.min(room, endVpn - vpn);
        long[] bounds = {vpn, vpn + pages};
        assertThat(process.readPages(bounds, 0, 1, buffer.clear())).isEqualTo(pages);
        for (int i = 0; i < pages; i++) {
          use.take((int) (vpn - range.startVpn()) + i, buffer.getLong(i * Pages.SIZE));
        }
      }
    }
  }
}
