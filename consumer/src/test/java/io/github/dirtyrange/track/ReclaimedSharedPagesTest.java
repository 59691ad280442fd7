package io.github.dirtyrange.track;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dirtyrange.kernel.ChangeQueueOptions;
import io.github.dirtyrange.kernel.PageRange;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.TrackedProcess;
import io.github.dirtyrange.kernel.TrackedRanges;
import io.github.dirtyrange.kernel.sim.SimKernel;
import io.github.dirtyrange.kernel.sim.SimProcess;
import io.github.dirtyrange.kernel.sim.mm.Madvise;
import io.github.dirtyrange.kernel.sim.mm.Mmap;
import io.github.dirtyrange.kernel.sim.mm.Prot;
import org.junit.jupiter.api.Test;

/** A page of shared memory that leaves the page table has its content still, in the file. */
class ReclaimedSharedPagesTest {

  @Test
  void aWrittenPageThatIsReclaimedIsToBeCopied() {
    SimKernel kernel = SimKernel.newest();
    SimProcess process = kernel.spawn();
    long address =
        process.mmap(0, Pages.SIZE, Prot.READ | Prot.WRITE, Mmap.SHARED | Mmap.ANONYMOUS);
    PageRange range = new PageRange(Pages.vpn(address), Pages.vpn(address) + 1);
    ChangedPages changed = new ChangedPages();
    try (TrackedProcess tracked = process.tracked();
        QueueTracker tracker =
            new QueueTracker(
                kernel, tracked, new ChangeQueueOptions(TrackedRanges.of(range), 1 << 20))) {
      tracker.start();
      process.store(address, 7);
      process.madvise(address, Pages.SIZE, Madvise.Advice.PAGEOUT);
      tracker.collect(changed);
    }
    assertThat(process.load(address)).isEqualTo(7);
    assertThat(changed.pages()).isEqualTo(1);
    assertThat(changed.isGone(0)).isFalse();
  }

  @Test
  void aPageThatIsOnlyReclaimedIsNotGone() {
    SimKernel kernel = SimKernel.newest();
    SimProcess process = kernel.spawn();
    long address =
        process.mmap(0, Pages.SIZE, Prot.READ | Prot.WRITE, Mmap.SHARED | Mmap.ANONYMOUS);
    process.store(address, 7);
    PageRange range = new PageRange(Pages.vpn(address), Pages.vpn(address) + 1);
    ChangedPages changed = new ChangedPages();
    try (TrackedProcess tracked = process.tracked();
        QueueTracker tracker =
            new QueueTracker(
                kernel, tracked, new ChangeQueueOptions(TrackedRanges.of(range), 1 << 20))) {
      tracker.start();
      process.madvise(address, Pages.SIZE, Madvise.Advice.PAGEOUT);
      tracker.collect(changed);
    }
    assertThat(process.load(address)).isEqualTo(7);
    assertThat(changed.regions()).isEqualTo(1);
    assertThat(changed.isGone(0)).isFalse();
  }
}
