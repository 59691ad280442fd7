package io.github.dirtyrange.track;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.dirtyrange.kernel.Arming;
import io.github.dirtyrange.kernel.Capability;
import io.github.dirtyrange.kernel.ChangeQueueOptions;
import io.github.dirtyrange.kernel.Kernel;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.TrackedProcess;
import io.github.dirtyrange.kernel.TrackedRanges;
import io.github.dirtyrange.kernel.sim.SimKernel;
import io.github.dirtyrange.kernel.sim.SimProcess;
import io.github.dirtyrange.kernel.sim.machine.Profile;
import io.github.dirtyrange.kernel.sim.machine.Quirk;
import io.github.dirtyrange.kernel.sim.mm.Mmap;
import io.github.dirtyrange.kernel.sim.mm.Prot;
import io.github.dirtyrange.linux.CTarget;
import io.github.dirtyrange.linux.LinuxKernel;
import io.github.dirtyrange.linux.OnLinux;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Strategies that are given all of user space, of which little is mapped: three mappings, later
 * four.
 */
@Timeout(60)
class WholeProcessTest {

  private static final ChangeQueueOptions WHOLE =
      new ChangeQueueOptions(TrackedRanges.allOfUserSpace(), 1 << 20);
  private static final int MAPPINGS = 3;
  private static final long STRIDE = 8;

  /** Of these an exact round goes through all that is tracked, mapped or not. */
  private static final Set<Strategy> LOOKS_AT_EVERYTHING =
      Set.of(Strategy.PAGEMAP_SCAN, Strategy.QUEUE, Strategy.ADAPTIVE);

  /** What mapped pages there may be in all, other than those of the test. */
  private static final long MOST_PAGES = 1 << 20;

  @TempDir static Path folder;

  /** A process with three mappings of four pages, each at its own multiple of the stride. */
  private interface Target extends AutoCloseable {

    Kernel kernel();

    TrackedProcess process();

    long firstVpn();

    /** Maps 16 pages anew; {@return the first} */
    long mapMore() throws IOException;

    void write(long vpn) throws IOException;

    @Override
    void close();
  }

  private record Simulated(SimKernel kernel, SimProcess target, TrackedProcess process)
      implements Target {

    private static final long FIRST = 1L << 30;

    static Simulated start(Profile profile) {
      SimKernel kernel = new SimKernel(profile);
      SimProcess target = kernel.spawn();
      for (int i = 0; i < MAPPINGS; i++) {
        long at = Pages.address(FIRST + i * STRIDE);
        target.mmap(
            at,
            4L * Pages.SIZE,
            Prot.READ | Prot.WRITE,
            Mmap.PRIVATE | Mmap.ANONYMOUS | Mmap.FIXED);
        target.store(at, 1);
      }
      return new Simulated(kernel, target, target.tracked());
    }

    @Override
    public long firstVpn() {
      return FIRST;
    }

    @Override
    public long mapMore() {
      return Pages.vpn(target.mmap(16L * Pages.SIZE));
    }

    @Override
    public void write(long vpn) {
      target.store(Pages.address(vpn), 2);
    }

    @Override
    public void close() {
      process.close();
    }
  }

  private record Running(CTarget target, long firstVpn, Kernel kernel, TrackedProcess process)
      implements Target {

    static Running start() throws IOException, InterruptedException {
      Path many = CTarget.compile("many", folder);
      CTarget target = CTarget.start(many, MAPPINGS);
      long firstVpn = Pages.vpn(target.longNumber());
      Kernel kernel = LinuxKernel.open();
      return new Running(target, firstVpn, kernel, kernel.open(target.pid()));
    }

    @Override
    public long mapMore() throws IOException {
      return Pages.vpn(Long.parseLong(target.ask("m")));
    }

    @Override
    public void write(long vpn) throws IOException {
      target.ask("s " + Pages.address(vpn));
    }

    @Override
    public void close() {
      process.close();
      target.close();
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"PAGEMAP", "PAGEMAP_SCAN", "QUEUE"})
  void onTheSimulatedKernel(Strategy strategy) throws IOException {
    try (Target target = Simulated.start(Profile.V7_3)) {
      findsWhatIsWrittenAndLittleElse(target, strategy);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"PAGEMAP", "PAGEMAP_SCAN", "QUEUE"})
  void onTheSimulatedKernelWithoutSoftDirty(Strategy strategy) throws IOException {
    try (Target target = Simulated.start(Profile.V7_3.with(Quirk.NO_SOFT_DIRTY))) {
      findsWhatIsWrittenAndLittleElse(target, strategy);
    }
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "PERFECT")
  void onTheRunningKernel(Strategy strategy) throws Exception {
    OnLinux.need(Capability.WP_ASYNC, Capability.PAGEMAP_SCAN);
    Optional<Capability> lacking = strategy.lacking(LinuxKernel.open().capabilities());
    assumeTrue(lacking.isEmpty(), lacking::toString);
    try (Target target = Running.start()) {
      findsWhatIsWrittenAndLittleElse(target, strategy);
    }
  }

  private static void findsWhatIsWrittenAndLittleElse(Target target, Strategy strategy)
      throws IOException {
    ChangedPages changed = new ChangedPages();
    long first = target.firstVpn();
    try (Arming arming = target.process().arm(WHOLE.ranges());
        ChangeTracker tracker = strategy.open(target.kernel(), target.process(), WHOLE)) {
      tracker.start();
      target.write(first);
      target.write(first + 2 * STRIDE + 1);
      tracker.collect(changed);
      assertThat(among(changed, first, 3 * STRIDE)).containsExactly(0L, 2 * STRIDE + 1);
      tracker.collect(changed);
      assertThat(among(changed, first, 3 * STRIDE)).isEmpty();

      long later = target.mapMore();
      target.write(later);
      if (strategy.equals(Strategy.PAGEMAP_SCAN)) {
        assertThat(isUnseen(tracker, later)).isTrue();
        assertThat(isUnseen(tracker, first)).isFalse();
      }
      arming.refresh();
      assertThat(isUnseen(tracker, later)).isFalse();
      tracker.collect(changed);
      target.write(later + 5);
      target.write(first + STRIDE);
      Round round = tracker.collectExactly(changed);
      assertThat(among(changed, later, 16)).containsExactly(5L);
      assertThat(among(changed, first, 3 * STRIDE)).containsExactly(STRIDE);
      if (!LOOKS_AT_EVERYTHING.contains(strategy)) {
        assertThat(round.pagesInspected()).isLessThan(MOST_PAGES);
      }
    }
  }

  private static boolean isUnseen(ChangeTracker tracker, long vpn) {
    return tracker.unseen().stream()
        .anyMatch(part -> part.startVpn() <= vpn && vpn < part.endVpn());
  }

  /** {@return the pages to copy among some, counted from the first of these} */
  private static Set<Long> among(ChangedPages changed, long firstVpn, long pages) {
    Set<Long> found = new TreeSet<>();
    for (int i = 0; i < changed.ranges(); i++) {
      for (long vpn = Math.max(firstVpn, changed.startVpn(i));
          vpn < Math.min(firstVpn + pages, changed.endVpn(i));
          vpn++) {
        found.add(vpn - firstVpn);
      }
    }
    return found;
  }
}
