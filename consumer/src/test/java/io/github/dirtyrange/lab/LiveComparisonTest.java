package io.github.dirtyrange.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dirtyrange.kernel.Claims;
import io.github.dirtyrange.kernel.DrainReport;
import io.github.dirtyrange.kernel.Errno;
import io.github.dirtyrange.kernel.Frozen;
import io.github.dirtyrange.kernel.Kernel;
import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.kernel.Law;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.TrackedProcess;
import io.github.dirtyrange.kernel.TrackedRanges;
import io.github.dirtyrange.kernel.sim.SimFile;
import io.github.dirtyrange.kernel.sim.SimKernel;
import io.github.dirtyrange.kernel.sim.SimProcess;
import io.github.dirtyrange.kernel.sim.machine.Profile;
import io.github.dirtyrange.kernel.sim.mm.Madvise;
import io.github.dirtyrange.kernel.sim.mm.Mmap;
import io.github.dirtyrange.kernel.sim.mm.Mremap;
import io.github.dirtyrange.kernel.sim.mm.Prot;
import io.github.dirtyrange.lab.result.LivePlan;
import io.github.dirtyrange.lab.result.LiveResult;
import io.github.dirtyrange.lab.result.LiveStrategyResult;
import io.github.dirtyrange.lab.result.MissCause;
import io.github.dirtyrange.track.ChangeTracker;
import io.github.dirtyrange.track.ChangedPages;
import io.github.dirtyrange.track.PageSets;
import io.github.dirtyrange.track.Round;
import io.github.dirtyrange.track.Strategy;
import io.github.dirtyrange.workload.WorkloadEndedException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The judge, on a simulated process that changes its memory between two stops. */
class LiveComparisonTest {

  private static final long PAGES = 256;
  private static final int ROUNDS = 3;
  private static final List<Strategy> ALL =
      List.of(Strategy.PAGEMAP, Strategy.PAGEMAP_SCAN, Strategy.QUEUE, Strategy.PERFECT);

  private static final Comparison.Progress NO_PROGRESS = (round, rounds) -> {};

  private final SimKernel kernel = new SimKernel(Profile.V7_3);
  private final SimProcess target = kernel.spawn();
  private final long address = target.mmap(PAGES * Pages.SIZE);
  private int interval;

  private static LivePlan plan(SimProcess target, long contentPages, Strategy... strategies) {
    return new LivePlan(
        target.pid(), "simulated", ROUNDS, 0, List.of(strategies), 1 << 20, contentPages, false);
  }

  private static LiveComparison.Waiting doing(Runnable meanwhile) {
    return nanos -> {
      meanwhile.run();
      return false;
    };
  }

  private LiveResult run(Runnable meanwhile) {
    return run(plan(target, Long.MAX_VALUE, ALL.toArray(Strategy[]::new)), meanwhile);
  }

  private LiveResult run(LivePlan plan, Runnable meanwhile) {
    try (LiveComparison comparison = new LiveComparison(kernel, plan)) {
      return comparison.run(NO_PROGRESS, doing(meanwhile));
    }
  }

  private LiveStrategyResult planted(
      Kernel on, Claims claims, UnaryOperator<ChangedPages> change, Runnable meanwhile) {
    LivePlan plan = plan(target, Long.MAX_VALUE, Strategy.PAGEMAP_SCAN);
    LiveTarget.Opening opening =
        (strategy, process, options) ->
            new PlantedTracker(strategy.open(on, process, options), claims, change);
    try (LiveComparison comparison = new LiveComparison(on, plan, opening)) {
      return comparison.run(NO_PROGRESS, doing(meanwhile)).strategies().get(0);
    }
  }

  private void store(long page) {
    target.store(address + page * Pages.SIZE, 1000 + ++interval);
  }

  private static void assertRight(LiveResult result) {
    assertThat(result.roundsDone()).isEqualTo(ROUNDS);
    for (LiveStrategyResult each : result.strategies()) {
      assertThat(each.work().missed()).as(each.work().name()).isZero();
      assertThat(each.missedAfterExact()).as(each.work().name()).isZero();
      assertThat(each.work().extra()).as(each.work().name()).isZero();
    }
    assertThat(result.isRight()).isTrue();
  }

  @Test
  void whatIsWrittenIsFoundByEveryStrategy() {
    LiveResult result =
        run(
            () -> {
              store(3);
              store(100 + interval % 7);
            });
    assertRight(result);
    assertThat(result.strategies())
        .extracting(each -> each.work().name())
        .containsExactly("pagemap", "pagemap-scan", "queue", "perfect");
    assertThat(result.strategies()).allMatch(each -> each.work().pagesReported() == 2);
    assertThat(result.process().mappedPages()).isEqualTo(PAGES);
    assertThat(result.process().presentPages()).isBetween(2L, 8L);
  }

  /** What a process with soft-dirty alone is judged by; nothing is armed in it. */
  @Test
  void onAKernelWithoutScansSoftDirtyIsTheTruth() {
    SimKernel old = new SimKernel(Profile.V6_1);
    SimProcess process = old.spawn();
    long at = process.mmap(PAGES * Pages.SIZE);
    LivePlan plan = plan(process, Long.MAX_VALUE, Strategy.PAGEMAP);
    try (LiveComparison comparison = new LiveComparison(old, plan)) {
      LiveResult result =
          comparison.run(NO_PROGRESS, doing(() -> process.store(at + Pages.SIZE, ++interval)));
      assertRight(result);
      assertThat(result.strategies().get(0).work().pagesReported()).isEqualTo(1);
    }
  }

  /**
   * Rounds, strategies and intervals: whoever is first in a round is second to last in the next.
   */
  @Test
  void eachStrategyHasAnIntervalInEachRound() {
    run(() -> interval++);
    assertThat(interval).isEqualTo(ROUNDS * ALL.size());
  }

  private void storeAndGiveBack() {
    if (interval % 2 == 0) {
      store(5);
    } else {
      interval++;
      target.madvise(address + 5 * Pages.SIZE, Pages.SIZE, Madvise.Advice.DONTNEED);
    }
  }

  @Test
  void whatIsGivenBackIsToBeTold() {
    Strategy[] allButPagemap = {Strategy.PAGEMAP_SCAN, Strategy.QUEUE, Strategy.PERFECT};
    assertRight(run(plan(target, Long.MAX_VALUE, allButPagemap), this::storeAndGiveBack));
    LiveStrategyResult silent =
        planted(
            kernel,
            Claims.always(Law.COMPLETE),
            found -> new ChangedPages(),
            this::storeAndGiveBack);
    assertThat(silent.causes()).isEqualTo(Map.of(MissCause.EMPTIED, 2L, MissCause.WRITTEN, 1L));
    assertThat(silent.missedByScan()).isEqualTo(3);
    assertThat(silent.missedByContent()).isEqualTo(3);
  }

  /** Bit 55 of an entry that was emptied is the mapping's, which nobody wrote. */
  @Test
  void softDirtySaysNothingOfWhatIsGivenBack() {
    LivePlan plan = plan(target, Long.MAX_VALUE, Strategy.PAGEMAP);
    LiveStrategyResult result = run(plan, this::storeAndGiveBack).strategies().get(0);
    assertThat(result.causes()).isEqualTo(Map.of(MissCause.EMPTIED, 1L));
    assertThat(result.missedByScan()).isZero();
    assertThat(result.missedByContent()).isEqualTo(1);
  }

  @Test
  void whatIsMappedMovedAndUnmappedIsNeitherMissedNorExtra() {
    long[] place = {target.mmap(16 * Pages.SIZE)};
    LiveResult result =
        run(
            () -> {
              interval++;
              target.munmap(place[0], 8 * Pages.SIZE);
              place[0] = target.mmap(16 * Pages.SIZE);
              target.store(place[0], interval);
              long moved =
                  target.mremap(place[0], 16 * Pages.SIZE, 32 * Pages.SIZE, Mremap.MAYMOVE, 0);
              place[0] = moved;
              target.mmap(
                  address + 64 * Pages.SIZE,
                  4 * Pages.SIZE,
                  Prot.READ | Prot.WRITE,
                  Mmap.PRIVATE | Mmap.ANONYMOUS | Mmap.FIXED);
              target.store(address + 65 * Pages.SIZE, interval);
            });
    assertRight(result);
  }

  @Test
  void aPageThatIsNotToldIsMissedByEachTruth() {
    LiveStrategyResult result =
        planted(
            kernel,
            Claims.always(Law.COMPLETE),
            found -> PageSets.without(found, page(7)),
            () -> {
              store(7);
              store(9);
            });
    assertThat(result.work().missed()).isEqualTo(ROUNDS);
    assertThat(result.missedByScan()).isEqualTo(ROUNDS);
    assertThat(result.missedByContent()).isEqualTo(ROUNDS);
    assertThat(result.missedAfterExact()).isEqualTo(ROUNDS);
    assertThat(result.causes()).isEqualTo(Map.of(MissCause.WRITTEN, (long) ROUNDS));
    assertThat(result.work().extra()).isZero();
  }

  /** A store of what is there already changes no byte, and the page table shows it. */
  @Test
  void aPageWrittenWithTheSameBytesIsMissedByTheScanAlone() {
    target.store(address, 1);
    LiveStrategyResult result =
        planted(
            kernel,
            Claims.always(Law.COMPLETE),
            found -> new ChangedPages(),
            () -> target.store(address, 1));
    assertThat(result.work().missed()).isEqualTo(ROUNDS);
    assertThat(result.missedByScan()).isEqualTo(ROUNDS);
    assertThat(result.missedByContent()).isZero();
  }

  /** As a device writes: no entry shows it, and no strategy can know. */
  @Test
  void bytesThatChangeBehindThePageTableAreMissedByContentAlone() {
    target.store(address, 1);
    Kernel behind = new ForwardingKernel(kernel, process -> new WrittenBehind(process, page(0)));
    LiveStrategyResult result =
        planted(behind, Claims.always(Law.COMPLETE), found -> found, () -> {});
    assertThat(result.work().missed()).isEqualTo(ROUNDS);
    assertThat(result.missedByScan()).isZero();
    assertThat(result.missedByContent()).isEqualTo(ROUNDS);
    assertThat(result.causes()).isEqualTo(Map.of(MissCause.UNTRACED, (long) ROUNDS));
  }

  /** A process one page of which holds something else each time it is read. */
  private static final class WrittenBehind extends ForwardingProcess {

    private final long vpn;
    private byte last;

    WrittenBehind(TrackedProcess process, ChangedPages page) {
      super(process);
      vpn = page.startVpn(0);
    }

    @Override
    public long readPages(long[] bounds, int from, int to, ByteBuffer into) {
      int at = into.position();
      long read = super.readPages(bounds, from, to, into);
      for (int range = from; range < to; range++) {
        if (bounds[2 * range] == vpn) {
          into.put(at + Pages.SIZE * (range - from) + 99, ++last);
        }
      }
      return read;
    }
  }

  @Test
  void aPageToldWithoutCauseIsExtra() {
    LiveStrategyResult result =
        planted(
            kernel,
            Claims.always(Law.COMPLETE),
            found -> PageSets.union(found, page(200)),
            () -> store(7));
    assertThat(result.work().extra()).isEqualTo(ROUNDS);
    assertThat(result.work().missed()).isZero();
    assertThat(result.work().pagesReported()).isEqualTo(2);
  }

  /** What lies outside tracked memory is neither counted as told nor as too much. */
  @Test
  void aPageToldThatIsNotMappedIsNotJudged() {
    LiveStrategyResult result =
        planted(
            kernel,
            Claims.always(Law.COMPLETE),
            found -> PageSets.union(page(-5), found),
            () -> store(7));
    assertThat(result.work().extra()).isZero();
    assertThat(result.work().pagesReported()).isEqualTo(1);
  }

  @Test
  void whatAStrategyIsCompleteForOnlyAfterAnExactScanIsAskedForIt() {
    Claims claims = Claims.always(Law.EXACT).andAfterExactScan(Law.COMPLETE);
    LivePlan plan = plan(target, Long.MAX_VALUE, Strategy.QUEUE);
    LiveTarget.Opening opening =
        (strategy, process, options) ->
            new Forgetful(strategy.open(kernel, process, options), claims);
    try (LiveComparison comparison = new LiveComparison(kernel, plan, opening)) {
      LiveStrategyResult result =
          comparison.run(NO_PROGRESS, doing(() -> store(7))).strategies().get(0);
      assertThat(result.work().missed()).isEqualTo(ROUNDS);
      assertThat(result.missedAfterExact()).isZero();
    }
  }

  /** A strategy that finds something only where it is asked for an exact scan. */
  private static final class Forgetful extends PlantedTracker {

    Forgetful(ChangeTracker tracker, Claims claims) {
      super(tracker, claims, found -> found);
    }

    @Override
    public Round collect(ChangedPages changed) {
      changed.clear();
      return new Round(1, 0, 0, 0, DrainReport.Method.QUEUE);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 16, 64})
  void aSampleOfTheContentIsComparedAndSaid(long pages) {
    for (long page = 0; page < PAGES; page++) {
      store(page);
    }
    LivePlan plan = plan(target, pages, Strategy.PAGEMAP_SCAN);
    LiveResult result = run(plan, () -> store(7));
    assertThat(result.privatePages()).isEqualTo(PAGES);
    assertThat(result.comparedPages()).isLessThan(3 * pages + 8);
    assertRight(result);
  }

  @Test
  void whoeverWishesForTheEndGetsTheRoundsDone() {
    LivePlan plan = plan(target, Long.MAX_VALUE, Strategy.PAGEMAP_SCAN, Strategy.QUEUE);
    try (LiveComparison comparison = new LiveComparison(kernel, plan)) {
      LiveResult result = comparison.run(NO_PROGRESS, nanos -> ++interval == 4);
      assertThat(result.roundsDone()).isEqualTo(1);
      assertThat(interval).isEqualTo(4);
    }
  }

  @Test
  void theEndOfTheProcessIsToldAndTheRoundsDoneAreKept() {
    LivePlan plan = plan(target, Long.MAX_VALUE, Strategy.PAGEMAP_SCAN);
    Runnable meanwhile =
        () -> {
          if (++interval == 3) {
            target.exit();
          } else {
            target.store(address, interval);
          }
        };
    try (LiveComparison comparison = new LiveComparison(kernel, plan)) {
      assertThatThrownBy(() -> comparison.run(NO_PROGRESS, doing(meanwhile)))
          .isInstanceOf(WorkloadEndedException.class)
          .hasMessageStartingWith("process " + target.pid() + " has ended");
      assertThat(comparison.soFar().roundsDone()).isEqualTo(2);
    }
  }

  /** A process that does not stop at once, on a busy machine, is stopped a little later. */
  @ParameterizedTest
  @ValueSource(ints = {4, 5})
  void aStopThatFailsIsTriedAgain(int failures) {
    int[] left = {failures};
    Kernel busy =
        new ForwardingKernel(
            kernel,
            process ->
                new ForwardingProcess(process) {
                  @Override
                  public Frozen freeze() {
                    KernelException.refuseIf(left[0]-- > 0, Errno.EBUSY, "stopping");
                    return super.freeze();
                  }
                });
    LivePlan plan = plan(target, Long.MAX_VALUE, Strategy.PAGEMAP_SCAN);
    try (LiveComparison comparison = new LiveComparison(busy, plan)) {
      if (failures < 5) {
        assertRight(comparison.run(NO_PROGRESS, doing(() -> store(1))));
      } else {
        assertThatThrownBy(() -> comparison.run(NO_PROGRESS, doing(() -> store(1))))
            .hasMessageContaining("EBUSY");
      }
    }
  }

  @Test
  void hugePagesAreSplitOnlyIfThatIsAllowed() {
    Kernel huge =
        new ForwardingKernel(
            kernel,
            process ->
                new ForwardingProcess(process) {
                  @Override
                  public long hugePageBytes(TrackedRanges ranges) {
                    return 65L << 20;
                  }
                });
    LivePlan careful = plan(target, Long.MAX_VALUE, Strategy.PAGEMAP_SCAN);
    assertThatThrownBy(() -> new LiveComparison(huge, careful))
        .isInstanceOf(MachineLacksException.class)
        .hasMessageContaining("65 MiB in huge pages");
    LivePlan careless =
        new LivePlan(
            target.pid(), "", ROUNDS, 0, careful.strategies(), 1 << 20, Long.MAX_VALUE, true);
    new LiveComparison(huge, careless).close();
    // Soft-dirty splits nothing.
    new LiveComparison(huge, plan(target, Long.MAX_VALUE, Strategy.PAGEMAP)).close();
  }

  @Test
  void afterwardsNothingIsRegistered() {
    run(() -> store(1));
    assertThat(target.vmFlags(address)).doesNotContain("uw");
  }

  @Test
  void memoryOfFilesIsListed() {
    SimFile file = kernel.createMemfd("shared");
    target.mmapFile(0, 4 * Pages.SIZE, Prot.READ | Prot.WRITE, Mmap.SHARED, file, 0);
    target.mmapFile(0, 4 * Pages.SIZE, Prot.READ, Mmap.PRIVATE, file, 0);
    LiveResult result = run(() -> store(1));
    assertThat(result.notTracked())
        .singleElement()
        .satisfies(
            each -> {
              assertThat(each.mapping()).isEqualTo("/memfd:shared");
              assertThat(each.pages()).isEqualTo(8);
            });
  }

  private ChangedPages page(long page) {
    ChangedPages pages = new ChangedPages();
    pages.add(Pages.vpn(address) + page, Pages.vpn(address) + page + 1);
    return pages;
  }
}
