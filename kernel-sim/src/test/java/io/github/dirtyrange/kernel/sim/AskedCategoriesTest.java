package io.github.dirtyrange.kernel.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dirtyrange.kernel.Categories;
import io.github.dirtyrange.kernel.ChangeQueue;
import io.github.dirtyrange.kernel.ChangeQueueOptions;
import io.github.dirtyrange.kernel.ChangeSink;
import io.github.dirtyrange.kernel.Errno;
import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.kernel.Law;
import io.github.dirtyrange.kernel.PageRange;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.TrackedRanges;
import io.github.dirtyrange.kernel.sim.machine.Profile;
import io.github.dirtyrange.kernel.sim.mm.Madvise;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A queue tells what it was asked for, or is refused. */
class AskedCategoriesTest {

  private static final long PAGES = 16;

  private static ChangeQueue open(Profile profile, long changed, long now) {
    SimProcess process = new SimKernel(profile).spawn();
    return open(process, process.mmap(PAGES * Pages.SIZE), changed, now);
  }

  private static ChangeQueue open(SimProcess process, long address, long changed, long now) {
    TrackedRanges ranges =
        TrackedRanges.of(new PageRange(Pages.vpn(address), Pages.vpn(address) + PAGES));
    process.tracked().arm(ranges);
    ChangeQueueOptions options = new ChangeQueueOptions(ranges, 1 << 20);
    return process.tracked().openChangeQueue(options.withChanged(changed).withNow(now));
  }

  @Test
  void unaskedItIsAllThatTheKernelHasANameFor() {
    try (ChangeQueue queue = open(Profile.linux("6.12"), 0, 0)) {
      long all = Categories.ALL & ~Categories.GUARD & ~Categories.ACCESSED;
      assertThat(queue.categories().changed()).isEqualTo(all);
      assertThat(queue.categories().now()).isEqualTo(all);
    }
  }

  @Test
  void transitionsThatNobodyAskedForAreNotTold() {
    SimProcess process = new SimKernel(Profile.V6_18).spawn();
    long address = process.mmap(PAGES * Pages.SIZE);
    try (ChangeQueue queue = open(process, address, Categories.SWAPPED, Categories.PRESENT)) {
      assertThat(queue.categories().changed()).isEqualTo(Categories.SWAPPED);
      process.kernel().swapOn();
      process.store(address, 1);
      queue.drain((start, end, changed, now) -> {});
      process.store(address, 2);
      List<Long> told = new ArrayList<>();
      queue.drain((start, end, changed, now) -> told.add(changed));
      assertThat(told).isEmpty();
      process.pageOut(address, Pages.SIZE, page -> true);
      queue.drain((start, end, changed, now) -> told.add(changed));
      assertThat(told).containsExactly(Categories.SWAPPED);
    }
  }

  /** From 6.13 to 6.15 there are guard regions, and no category for them. */
  @Test
  void whatTheKernelHasNoNameForIsNotTold() {
    SimProcess process = new SimKernel(Profile.linux("6.14")).spawn();
    long address = process.mmap(PAGES * Pages.SIZE);
    try (ChangeQueue queue = open(process, address, 0, 0)) {
      process.madvise(address, Pages.SIZE, Madvise.Advice.GUARD_INSTALL);
      long[] told = new long[1];
      ChangeSink sink = (start, end, changed, now) -> told[0] |= changed | now;
      queue.peek(sink);
      queue.drain(sink);
      assertThat(told[0]).isNotZero();
      assertThat(told[0] & Categories.ALL & ~queue.categories().now()).isZero();
    }
  }

  @Test
  void lawsOfWhatIsNotAskedForAreNotClaimed() {
    try (ChangeQueue queue = open(Profile.V7_3, 0, 0)) {
      assertThat(queue.claims().always()).contains(Law.COMPLETE, Law.CARRIES_DELTAS);
    }
    try (ChangeQueue queue = open(Profile.V7_3, Categories.CONTENT, 0)) {
      assertThat(queue.claims().always()).contains(Law.COMPLETE);
      assertThat(queue.claims().always()).doesNotContain(Law.CARRIES_DELTAS);
    }
    try (ChangeQueue queue = open(Profile.V7_3, Categories.HUGE, 0)) {
      assertThat(queue.claims().always()).doesNotContain(Law.COMPLETE, Law.CARRIES_DELTAS);
    }
  }

  @Test
  void whatIsToldAlwaysCannotBeAllThatIsAskedFor() {
    assertThatThrownBy(() -> open(Profile.V7_3, Categories.GONE | Categories.HOT, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("GONE|HOT");
  }

  @Test
  void whatTheKernelHasNotIsRefused() {
    assertRefused(Profile.V7_3, Categories.ACCESSED, 0, "ACCESSED");
    assertRefused(Profile.V6_18, Categories.SOFT_DIRTY, 0, "SOFT_DIRTY");
    assertRefused(Profile.V6_18, 0, Categories.SOFT_DIRTY | Categories.PRESENT, "SOFT_DIRTY");
    assertRefused(Profile.linux("6.12"), Categories.GUARD, 0, "GUARD");
    assertRefused(Profile.linux("6.12"), 0, Categories.ACCESSED, "ACCESSED");
  }

  private void assertRefused(Profile profile, long changed, long now, String name) {
    assertThatThrownBy(() -> open(profile, changed, now))
        .isInstanceOfSatisfying(
            KernelException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EOPNOTSUPP))
        .hasMessageContaining(name);
  }
}
