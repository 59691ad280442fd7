package io.github.dirtyrange.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.dirtyrange.kernel.Arming;
import io.github.dirtyrange.kernel.Capability;
import io.github.dirtyrange.kernel.Kernel;
import io.github.dirtyrange.kernel.MemoryGoneException;
import io.github.dirtyrange.kernel.MemoryGoneException.Reason;
import io.github.dirtyrange.kernel.PageRange;
import io.github.dirtyrange.kernel.TrackedProcess;
import io.github.dirtyrange.kernel.TrackedRanges;
import io.github.dirtyrange.kernel.sim.machine.Profile;
import io.github.dirtyrange.kernel.sim.machine.Quirk;
import io.github.dirtyrange.lab.ForwardingKernel;
import io.github.dirtyrange.lab.ForwardingProcess;
import io.github.dirtyrange.linux.CTarget;
import io.github.dirtyrange.linux.LinuxKernel;
import io.github.dirtyrange.linux.OnLinux;
import io.github.dirtyrange.live.result.LiveRound;
import io.github.dirtyrange.live.result.MappedPart;
import io.github.dirtyrange.live.result.MissedPages;
import io.github.dirtyrange.live.result.RoundMethod;
import io.github.dirtyrange.track.Strategy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is told of a process whose address space changes, on both kernels by the same code. */
@Timeout(60)
class LiveTrackerTest {

  private static final long STRIDE = Watched.STRIDE;

  /** Pages. In a small memory the queue would find everything. */
  private static final int TOO_MANY_TO_SCAN_BY_CHOICE = 1 << 17;

  @TempDir static Path folder;

  /** A trial of the tracker on a process. */
  @FunctionalInterface
  private interface Trial {
    void of(Watched process, LiveOptions options) throws Exception;
  }

  private static void onSim(Strategy strategy, Trial trial) throws Exception {
    try (Watched process = Watched.Simulated.start(Profile.V7_3.with(Quirk.NO_SOFT_DIRTY))) {
      trial.of(process, LiveOptions.defaults().with(strategy));
    }
  }

  private static void onLinux(Strategy strategy, Trial trial) throws Exception {
    OnLinux.need(Capability.WP_ASYNC, Capability.PAGEMAP_SCAN);
    Optional<Capability> lacking = strategy.lacking(LinuxKernel.open().capabilities());
    assumeTrue(lacking.isEmpty(), lacking::toString);
    try (Watched process = Watched.Running.start(CTarget.compile("many", folder))) {
      trial.of(process, LiveOptions.defaults().with(strategy));
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"PAGEMAP", "PAGEMAP_SCAN", "QUEUE"})
  void tellsWhatIsWrittenNewAndGoneOnTheSimulatedKernel(Strategy strategy) throws Exception {
    onSim(strategy, LiveTrackerTest::tellsWhatIsWrittenNewAndGone);
  }

  @ParameterizedTest
  @EnumSource(names = {"PAGEMAP", "PAGEMAP_SCAN", "QUEUE"})
  void tellsWhatIsWrittenNewAndGoneOnTheRunningKernel(Strategy strategy) throws Exception {
    onLinux(strategy, LiveTrackerTest::tellsWhatIsWrittenNewAndGone);
  }

  private static void tellsWhatIsWrittenNewAndGone(Watched process, LiveOptions options)
      throws IOException {
    long first = process.firstVpn();
    try (LiveTracker tracker = LiveTracker.open(process.kernel(), process.pid(), options)) {
      assertThat(tracker.target().pid()).isEqualTo(process.pid());
      process.write(first);
      process.write(first + 2 * STRIDE + 1);
      LiveRound round = tracker.round();
      assertThat(changed(round, first, 3 * STRIDE)).containsExactly(0L, 2 * STRIDE + 1);
      assertThat(round.round()).isEqualTo(1);
      assertThat(round.changedPages()).isGreaterThanOrEqualTo(2);
      assertThat(round.added()).isEmpty();
      assertThat(round.gone()).isEmpty();
      assertThat(changed(tracker.round(), first, 3 * STRIDE)).isEmpty();

      long later = process.mapMore();
      LiveRound withNew = tracker.round();
      assertThat(changed(withNew, later, Watched.NEW_PAGES)).hasSize(Watched.NEW_PAGES);
      assertThat(covered(withNew.added(), later)).isEqualTo(Watched.NEW_PAGES);
      assertThat(withNew.gone()).isEmpty();
      process.write(later + 5);
      LiveRound after = tracker.round();
      assertThat(changed(after, later, Watched.NEW_PAGES)).containsExactly(5L);
      assertThat(after.added()).isEmpty();

      process.unmap(later);
      LiveRound without = tracker.round();
      assertThat(covered(without.gone(), later)).isEqualTo(Watched.NEW_PAGES);
      assertThat(without.round()).isEqualTo(5);
    }
  }

  /** No list of mappings ever had it, and the kernel's queue tells of it all the same. */
  @Test
  void memoryThatCameAndWentHasANameToo() throws Exception {
    onSim(
        Strategy.QUEUE,
        (process, options) -> {
          try (LiveTracker tracker = LiveTracker.open(process.kernel(), process.pid(), options)) {
            process.unmap(process.mapMore());
            Set<String> names = new TreeSet<>();
            tracker
                .round()
                .regions()
                .forEach((start, end, changed, now, known, mapping) -> names.add(mapping));
            assertThat(names).containsExactly("[unknown]");
          }
        });
  }

  @ParameterizedTest
  @EnumSource(names = {"PAGEMAP", "PAGEMAP_SCAN", "QUEUE"})
  void leavesOutWhatNobodyAskedForOnTheSimulatedKernel(Strategy strategy) throws Exception {
    onSim(strategy, LiveTrackerTest::leavesOutWhatNobodyAskedFor);
  }

  @ParameterizedTest
  @EnumSource(names = {"PAGEMAP", "PAGEMAP_SCAN", "QUEUE"})
  void leavesOutWhatNobodyAskedForOnTheRunningKernel(Strategy strategy) throws Exception {
    onLinux(strategy, LiveTrackerTest::leavesOutWhatNobodyAskedFor);
  }

  private static void leavesOutWhatNobodyAskedFor(Watched process, LiveOptions options)
      throws IOException {
    long first = process.firstVpn();
    Place second = new Place.Addresses(new PageRange(first + STRIDE, first + STRIDE + 4));
    try (LiveTracker tracker =
        LiveTracker.open(process.kernel(), process.pid(), options.in(second))) {
      process.write(first);
      process.write(first + STRIDE + 3);
      process.mapMore();
      LiveRound round = tracker.round();
      assertThat(changed(round, first, 3 * STRIDE)).containsExactly(STRIDE + 3);
      assertThat(round.changedPages()).isEqualTo(1);
      assertThat(round.runs()).isEqualTo(1);
      assertThat(round.added()).isEmpty();
    }
  }

  @Test
  void aNameChoosesMappingsThatComeLaterOnTheSimulatedKernel() throws Exception {
    onSim(Strategy.QUEUE, LiveTrackerTest::aNameChoosesMappingsThatComeLater);
  }

  @Test
  void aNameChoosesMappingsThatComeLaterOnTheRunningKernel() throws Exception {
    onLinux(Strategy.QUEUE, LiveTrackerTest::aNameChoosesMappingsThatComeLater);
  }

  private static void aNameChoosesMappingsThatComeLater(Watched process, LiveOptions options)
      throws IOException {
    LiveOptions anonymous = options.in(new Place.Named("[anon]"));
    try (LiveTracker tracker = LiveTracker.open(process.kernel(), process.pid(), anonymous)) {
      tracker.round();
      long later = process.mapMore();
      LiveRound round = tracker.round();
      assertThat(covered(round.added(), later)).isEqualTo(Watched.NEW_PAGES);
      assertThat(changed(round, later, Watched.NEW_PAGES)).hasSize(Watched.NEW_PAGES);
      assertThat(round.mappings())
          .allSatisfy(share -> assertThat(share.mapping()).isEqualTo("[anon]"));
    }
  }

  @Test
  void aNameThatNoMappingHasIsRefused() throws Exception {
    onSim(
        Strategy.QUEUE,
        (process, options) ->
            assertThatThrownBy(
                    () ->
                        LiveTracker.open(
                            process.kernel(), process.pid(), options.in(new Place.Named("[heap]"))))
                .isInstanceOf(NothingThereException.class)
                .hasMessageContaining("[heap]"));
  }

  @Test
  void ofAnExactRoundTheQueueMissesNothingOnTheSimulatedKernel() throws Exception {
    onSim(Strategy.QUEUE, LiveTrackerTest::ofAnExactRoundTheQueueMissesNothing);
  }

  @Test
  void ofAnExactRoundTheQueueMissesNothingOnTheRunningKernel() throws Exception {
    onLinux(Strategy.QUEUE, LiveTrackerTest::ofAnExactRoundTheQueueMissesNothing);
  }

  private static void ofAnExactRoundTheQueueMissesNothing(Watched process, LiveOptions options)
      throws IOException {
    long first = process.firstVpn();
    try (LiveTracker tracker =
        LiveTracker.open(process.kernel(), process.pid(), options.exactly())) {
      process.write(first + 1);
      LiveRound round = tracker.round();
      assertThat(round.method()).isEqualTo(RoundMethod.EXACT);
      assertThat(round.missed()).isEqualTo(MissedPages.NONE);
      assertThat(changed(round, first, 3 * STRIDE)).containsExactly(1L);
      assertThat(changed(tracker.round(), first, 3 * STRIDE)).isEmpty();
    }
  }

  /** A file on a disk is never registered, beside what is. */
  @Test
  void aFileThatTakesThePlaceOfMemoryIsBothGoneAndAddedBesideOtherNewMemory() throws Exception {
    OnLinux.need(Capability.WP_ASYNC, Capability.PAGEMAP_SCAN, Capability.CHANGE_QUEUE);
    LiveOptions options = LiveOptions.defaults().with(Strategy.PAGEMAP_SCAN);
    try (Watched.Running process = Watched.Running.start(CTarget.compile("many", folder));
        LiveTracker tracker = LiveTracker.open(process.kernel(), process.pid(), options)) {
      tracker.round();
      long first = process.firstVpn();
      process.mapFile(first);
      long more = process.mapMore();
      LiveRound round = tracker.round();
      assertThat(pages(round.gone())).contains(first);
      assertThat(pages(round.added())).contains(first, more);
    }
  }

  private static Set<Long> pages(List<MappedPart> parts) {
    Set<Long> pages = new TreeSet<>();
    for (MappedPart part : parts) {
      for (long vpn = part.startVpn(); vpn < part.endVpn(); vpn++) {
        pages.add(vpn);
      }
    }
    return pages;
  }

  /** As the heap of ZGC does when it grows: no fault tells the queue. */
  @Test
  void whatIsMappedBehindTheRegisteringIsNotMissed() throws Exception {
    OnLinux.need(Capability.WP_ASYNC, Capability.PAGEMAP_SCAN, Capability.CHANGE_QUEUE);
    LiveOptions options = LiveOptions.defaults().with(Strategy.QUEUE).exactly();
    AtomicInteger refreshes = new AtomicInteger();
    try (Watched.Running process = Watched.Running.start(CTarget.compile("many", folder))) {
      long first = process.mapEmpty(TOO_MANY_TO_SCAN_BY_CHOICE);
      MappingBehind.Step step =
          () -> {
            if (refreshes.incrementAndGet() == 3) {
              process.mapEmpty(Watched.NEW_PAGES, first + TOO_MANY_TO_SCAN_BY_CHOICE / 2);
            }
          };
      Kernel kernel =
          new ForwardingKernel(process.kernel(), opened -> new MappingBehind(opened, step));
      try (LiveTracker tracker = LiveTracker.open(kernel, process.pid(), options)) {
        while (refreshes.get() < 4) {
          assertThat(tracker.round().missed()).isEqualTo(MissedPages.NONE);
        }
      }
    }
  }

  /** A process that maps memory as soon as what was new has been registered. */
  private static final class MappingBehind extends ForwardingProcess {

    /** What it does then. */
    @FunctionalInterface
    private interface Step {
      void take() throws IOException;
    }

    private final Step step;

    MappingBehind(TrackedProcess process, Step step) {
      super(process);
      this.step = step;
    }

    @Override
    public Arming arm(TrackedRanges ranges) {
      Arming arming = super.arm(ranges);
      return new Arming() {
        @Override
        public List<PageRange> refresh() {
          List<PageRange> added = arming.refresh();
          try {
            step.take();
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
          return added;
        }

        @Override
        public List<Refusal> refused() {
          return arming.refused();
        }

        @Override
        public void close() {
          arming.close();
        }
      };
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"PAGEMAP_SCAN", "QUEUE"})
  void aProcessThatEndsIsToldOnTheSimulatedKernel(Strategy strategy) throws Exception {
    onSim(strategy, LiveTrackerTest::aProcessThatEndsIsTold);
  }

  @ParameterizedTest
  @EnumSource(names = {"PAGEMAP_SCAN", "QUEUE"})
  void aProcessThatEndsIsToldOnTheRunningKernel(Strategy strategy) throws Exception {
    onLinux(strategy, LiveTrackerTest::aProcessThatEndsIsTold);
  }

  private static void aProcessThatEndsIsTold(Watched process, LiveOptions options)
      throws InterruptedException {
    try (LiveTracker tracker = LiveTracker.open(process.kernel(), process.pid(), options)) {
      tracker.requireAlive();
      process.end();
      assertThatThrownBy(tracker::round)
          .isInstanceOfSatisfying(
              MemoryGoneException.class, e -> assertThat(e.reason()).isEqualTo(Reason.ENDED));
      assertThatThrownBy(tracker::requireAlive).isInstanceOf(MemoryGoneException.class);
    }
  }

  @Test
  void theBestStrategyIsTakenAndWhyNoBetterOneIsSaid() throws Exception {
    Profile old = Profile.V6_1;
    try (Watched process = Watched.Simulated.start(old);
        LiveTracker tracker =
            LiveTracker.open(process.kernel(), process.pid(), LiveOptions.defaults())) {
      assertThat(tracker.target().strategy()).isEqualTo("pagemap");
      assertThat(tracker.target().passedOver())
          .hasSize(2)
          .allSatisfy(why -> assertThat(why).contains("came with Linux 6.7"));
    }
  }

  @Test
  void theQueueOfAPatchedKernelIsTheBest() throws Exception {
    try (Watched process = Watched.Simulated.start(Profile.V7_3)) {
      KernelWith patched = new KernelWith(process.kernel(), Capability.KERNEL_QUEUE);
      try (LiveTracker tracker = LiveTracker.open(patched, process.pid(), LiveOptions.defaults())) {
        assertThat(tracker.target().strategy()).isEqualTo("kernel-queue");
        process.write(process.firstVpn());
        assertThat(changed(tracker.round(), process.firstVpn(), 1)).hasSize(1);
      }
    }
  }

  private static Set<Long> changed(LiveRound round, long firstVpn, long pages) {
    Set<Long> found = new TreeSet<>();
    round
        .regions()
        .forEach(
            (start, end, changed, now, known, mapping) -> {
              for (long vpn = Math.max(start, firstVpn);
                  vpn < Math.min(end, firstVpn + pages);
                  vpn++) {
                found.add(vpn - firstVpn);
              }
            });
    return found;
  }

  private static long covered(List<MappedPart> parts, long firstVpn) {
    return parts.stream()
        .mapToLong(
            part ->
                Math.max(
                    0,
                    Math.min(part.endVpn(), firstVpn + Watched.NEW_PAGES)
                        - Math.max(part.startVpn(), firstVpn)))
        .sum();
  }
}
