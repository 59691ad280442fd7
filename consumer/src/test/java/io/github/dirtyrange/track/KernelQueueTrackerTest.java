package io.github.dirtyrange.track;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dirtyrange.kernel.ChangeQueueOptions;
import io.github.dirtyrange.kernel.Law;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.TrackedProcess;
import io.github.dirtyrange.kernel.TrackedRanges;
import io.github.dirtyrange.kernel.sim.SimKernel;
import io.github.dirtyrange.kernel.sim.SimProcess;
import io.github.dirtyrange.kernel.sim.mm.Mmap;
import io.github.dirtyrange.kernel.sim.mm.Prot;
import org.junit.jupiter.api.Test;

/** The simulated kernel's queue is the one that a patched kernel keeps. */
class KernelQueueTrackerTest {

  private static final long BASE = 1L << 20;
  private static final int FIXED = Mmap.PRIVATE | Mmap.ANONYMOUS | Mmap.FIXED;
  private static final ChangeQueueOptions WHOLE =
      new ChangeQueueOptions(TrackedRanges.allOfUserSpace(), 1 << 20);

  private final SimKernel kernel = SimKernel.newest();
  private final SimProcess process = kernel.spawn();
  private final ChangedPages changed = new ChangedPages();

  private void map(long vpn, int pages) {
    process.mmap(Pages.address(vpn), (long) pages * Pages.SIZE, Prot.READ | Prot.WRITE, FIXED);
  }

  @Test
  void aRoundTellsWhatWasWrittenSinceTheOneBefore() {
    map(BASE, 8);
    process.store(Pages.address(BASE), 1);
    try (TrackedProcess tracked = kernel.open(process.pid());
        KernelQueueTracker tracker = new KernelQueueTracker(kernel, tracked, WHOLE)) {
      tracker.start();
      tracker.collect(changed);
      assertThat(changed.pages()).isZero();
      process.store(Pages.address(BASE + 3), 1);
      map(BASE + 100, 1);
      process.store(Pages.address(BASE + 100), 1);
      Round round = tracker.collect(changed);
      assertThat(changed.pages()).isEqualTo(2);
      assertThat(changed.startVpn(0)).isEqualTo(BASE + 3);
      assertThat(changed.startVpn(1)).isEqualTo(BASE + 100);
      assertThat(round.epoch()).isEqualTo(3);
    }
  }

  /**
   * What is written while it is off is not its round's, and the page is armed again at its start.
   */
  @Test
  void whatWasWrittenWhileItWasOffIsForgottenAtItsStart() {
    map(BASE, 8);
    try (TrackedProcess tracked = kernel.open(process.pid());
        KernelQueueTracker tracker = new KernelQueueTracker(kernel, tracked, WHOLE)) {
      tracker.start();
      tracker.stop();
      process.store(Pages.address(BASE + 3), 1);
      tracker.start();
      tracker.collect(changed);
      assertThat(changed.pages()).isZero();
      process.store(Pages.address(BASE + 3), 2);
      tracker.collectExactly(changed);
      assertThat(changed.pages()).isEqualTo(1);
    }
  }

  @Test
  void itIsTheQueuesClaimsAndMemory() {
    try (TrackedProcess tracked = kernel.open(process.pid());
        KernelQueueTracker tracker = new KernelQueueTracker(kernel, tracked, WHOLE)) {
      assertThat(tracker.name()).isEqualTo(Strategy.KERNEL_QUEUE.label());
      assertThat(tracker.claims().always()).contains(Law.COMPLETE, Law.FROM_THE_FIRST_WRITE);
      assertThat(tracker.memoryBytes()).isPositive();
    }
  }
}
