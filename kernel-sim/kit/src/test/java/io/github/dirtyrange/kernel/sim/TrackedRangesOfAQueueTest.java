package io.github.dirtyrange.kernel.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dirtyrange.kernel.Categories;
import io.github.dirtyrange.kernel.ChangeQueue;
import io.github.dirtyrange.kernel.ChangeQueueOptions;
import io.github.dirtyrange.kernel.ChangeSink;
import io.github.dirtyrange.kernel.PageChangeBuffer;
import io.github.dirtyrange.kernel.PageRange;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.TrackedProcess;
import io.github.dirtyrange.kernel.TrackedRanges;
import io.github.dirtyrange.kernel.kit.ProgramArbitraries;
import io.github.dirtyrange.kernel.kit.Step;
import io.github.dirtyrange.kernel.kit.Window;
import io.github.dirtyrange.kernel.sim.machine.Profile;
import io.github.dirtyrange.kernel.sim.mm.Mmap;
import io.github.dirtyrange.kernel.sim.mm.Prot;
import io.github.dirtyrange.kernel.sim.queue.BoundedPerCpuDesign;
import io.github.dirtyrange.kernel.sim.queue.QueueDesign;
import io.github.dirtyrange.kernel.sim.queue.QueueDesigns;
import io.github.dirtyrange.kernel.sim.track.SimChangeQueue;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.stream.Stream;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.NotEmpty;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Where a queue looks: the whole process, ranges of it, and what is excluded. */
class TrackedRangesOfAQueueTest {

  private static final long BYTES = 1L << 20;
  private static final ChangeSink NOWHERE = (startVpn, endVpn, changed, now) -> {};

  static Stream<QueueDesign> designs() {
    return QueueDesigns.registered().stream();
  }

  @ParameterizedTest
  @MethodSource("designs")
  void aMappingMadeAfterOpeningBelongsToTheProcess(QueueDesign design) {
    SimKernel kernel = SimKernel.newest();
    SimProcess process = kernel.spawn();
    try (TrackedProcess tracked = kernel.open(process.pid(), design);
        ChangeQueue queue =
            tracked.openChangeQueue(
                new ChangeQueueOptions(TrackedRanges.allOfUserSpace(), BYTES))) {
      assertThat(pagesOf(queue)).isEmpty();
      long low = process.mmap(0x10000, Pages.SIZE, Prot.READ | Prot.WRITE, fixed());
      long high = process.mmap(2L * Pages.SIZE);
      process.store(low, 1);
      process.store(high + Pages.SIZE, 1);
      assertThat(pagesOf(queue)).contains(Pages.vpn(low), Pages.vpn(high) + 1);
      process.store(high + Pages.SIZE, 2);
      assertThat(pagesOf(queue)).containsExactly(Pages.vpn(high) + 1);
    }
  }

  @ParameterizedTest
  @MethodSource("designs")
  void whatIsExcludedIsNotReported(QueueDesign design) {
    SimKernel kernel = SimKernel.newest();
    SimProcess process = kernel.spawn();
    long base = process.mmap(4L * Pages.SIZE);
    long vpn = Pages.vpn(base);
    TrackedRanges ranges =
        TrackedRanges.allOfUserSpace().without(List.of(new PageRange(vpn + 1, vpn + 3)));
    try (TrackedProcess tracked = kernel.open(process.pid(), design);
        ChangeQueue queue = tracked.openChangeQueue(new ChangeQueueOptions(ranges, BYTES))) {
      process.storeRange(base, 4L * Pages.SIZE, 1);
      assertThat(pagesOf(queue)).containsExactly(vpn, vpn + 3);
      process.munmap(base, 4L * Pages.SIZE);
      assertThat(pagesOf(queue)).containsExactly(vpn, vpn + 3);
    }
  }

  /** In the kernel's time, and in memory: 2^35 pages are neither walked nor given a bit each. */
  @ParameterizedTest
  @MethodSource("designs")
  void openingOnTheWholeProcessCostsWhatIsMapped(QueueDesign design) {
    long small = nanosToOpen(design, TrackedRanges.of(new PageRange(16, 18)));
    long whole = nanosToOpen(design, TrackedRanges.allOfUserSpace());
    assertThat(whole).isEqualTo(small);
  }

  private static long nanosToOpen(QueueDesign design, TrackedRanges ranges) {
    SimKernel kernel = SimKernel.newest();
    SimProcess process = kernel.spawn();
    process.mmap(16L * Pages.SIZE, 2L * Pages.SIZE, Prot.READ | Prot.WRITE, fixed());
    long before = kernel.nanoTime();
    try (TrackedProcess tracked = kernel.open(process.pid(), design);
        ChangeQueue queue = tracked.openChangeQueue(new ChangeQueueOptions(ranges, BYTES))) {
      assertThat(queue.memoryBytes()).isLessThan(8 * BYTES);
      return kernel.nanoTime() - before;
    }
  }

  /** A coarse region over thousands of ranges is one region to the queue. */
  @Test
  void aBoundedQueueOfManyRangesStaysInItsBudget() {
    SimKernel kernel = SimKernel.newest();
    SimProcess process = kernel.spawn();
    long base = process.mmap(64L * 2000 * Pages.SIZE);
    List<PageRange> ranges = new ArrayList<>();
    for (int i = 0; i < 2000; i++) {
      long vpn = Pages.vpn(base) + 64L * i;
      ranges.add(new PageRange(vpn, vpn + 1));
    }
    try (TrackedProcess tracked = kernel.open(process.pid(), new BoundedPerCpuDesign());
        ChangeQueue queue =
            tracked.openChangeQueue(new ChangeQueueOptions(ranges, SimChangeQueue.LEAST_BYTES))) {
      ranges.forEach(range -> process.store(Pages.address(range.startVpn()), 1));
      queue.drain(new PageChangeBuffer(1));
      assertThat(queue.memoryBytes()).isLessThanOrEqualTo(SimChangeQueue.LEAST_BYTES);
      assertThat(pagesOf(queue)).hasSize(1999);
    }
  }

  /**
   * Law: ranges choose from what a queue of the whole process says, and change nothing of it. Moves
   * are left out: what is pending of a page outside the ranges is not known where it arrives. So is
   * SOFT_DIRTY ({@link #mappingsThatBecomeOneAreSoftDirtyIfOneWas}).
   */
  @Property(edgeCases = EdgeCasesMode.NONE)
  void aQueueOfRangesSaysWhatTheQueueOfTheProcessSaysThere(
      @ForAll("programs") List<Step> program,
      @ForAll @NotEmpty @Size(max = 40) List<@IntRange(max = 200) Integer> steps) {
    TrackedRanges some = ranges(Window.SMALL, steps);
    List<long[]> there = new ArrayList<>();
    for (long[] region : run(program, TrackedRanges.allOfUserSpace())) {
      some.clip(
          region[0],
          region[1],
          (from, to) -> there.add(new long[] {from, to, region[2], region[3]}));
    }
    assertThat(pageByPage(run(program, some))).isEqualTo(pageByPage(there));
  }

  /**
   * Soft-dirty is a property of mappings too (VM_SOFTDIRTY), which a drain clears in its ranges;
   * one that joins another outside of them has what either had.
   */
  @Test
  void mappingsThatBecomeOneAreSoftDirtyIfOneWas() {
    List<Step> program =
        List.of(
            new Step(Step.Kind.MMAP, 0, 2),
            new Step(Step.Kind.REGISTER, 0, 1),
            new Step(Step.Kind.DRAIN, 0, 1),
            new Step(Step.Kind.REGISTER, 0, 2));
    TrackedRanges first = ranges(Window.SMALL, List.of(0));
    List<long[]> regions = run(program, first);
    assertThat(regions).hasSize(2);
    assertThat(regions.get(1)[2]).isEqualTo(Categories.SOFT_DIRTY);
    assertThat(pageByPage(regions)).hasSize(1);
  }

  @Provide
  Arbitrary<List<Step>> programs() {
    EnumSet<Step.Kind> kinds = EnumSet.allOf(Step.Kind.class);
    kinds.removeAll(EnumSet.of(Step.Kind.DRAIN_PART, Step.Kind.MREMAP, Step.Kind.MREMAP_DONTUNMAP));
    return ProgramArbitraries.of(kinds);
  }

  private static List<long[]> run(List<Step> program, TrackedRanges ranges) {
    SimProcess process = new SimKernel(Profile.V7_3).spawn();
    TrackedProcess tracked = process.tracked();
    List<long[]> regions = new ArrayList<>();
    ChangeSink sink =
        (startVpn, endVpn, changed, now) ->
            regions.add(new long[] {startVpn, endVpn, changed, now});
    try (ChangeQueue queue = tracked.openChangeQueue(new ChangeQueueOptions(ranges, BYTES))) {
      for (Step step : program) {
        if (step.kind() == Step.Kind.DRAIN) {
          queue.drain(sink);
        } else {
          step.run(Window.SMALL, process, tracked);
        }
      }
      queue.drain(sink);
    }
    return regions;
  }

  /** What is told of each page, but for SOFT_DIRTY. */
  private static List<String> pageByPage(List<long[]> regions) {
    List<String> pages = new ArrayList<>();
    for (long[] region : regions) {
      long changed = region[2] & ~Categories.SOFT_DIRTY;
      long now = region[3] & ~Categories.SOFT_DIRTY;
      for (long vpn = region[0]; vpn < region[1] && changed != 0; vpn++) {
        pages.add(vpn + " " + Categories.toString(changed) + ", " + Categories.toString(now));
      }
    }
    return pages;
  }

  /** Each step is a range of its size, at least a page, and a gap after it or none. */
  private static TrackedRanges ranges(Window window, List<Integer> steps) {
    List<PageRange> list = new ArrayList<>();
    long at = window.base();
    for (int step : steps) {
      list.add(new PageRange(at, at + 1 + step / 4));
      at += 1 + step / 4 + step % 30;
    }
    return TrackedRanges.of(list);
  }

  private static List<Long> pagesOf(ChangeQueue queue) {
    List<Long> pages = new ArrayList<>();
    queue.drain(
        (startVpn, endVpn, changed, now) -> {
          for (long vpn = startVpn; vpn < endVpn; vpn++) {
            pages.add(vpn);
          }
        });
    assertThat(queue.drain(NOWHERE).complete()).isTrue();
    return pages;
  }

  private static int fixed() {
    return Mmap.PRIVATE | Mmap.ANONYMOUS | Mmap.FIXED;
  }
}
