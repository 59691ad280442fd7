package io.github.dirtyrange.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dirtyrange.kernel.Capability;
import io.github.dirtyrange.kernel.Frozen;
import io.github.dirtyrange.kernel.Kernel;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.ThreadRegisters;
import io.github.dirtyrange.kernel.TrackedProcess;
import io.github.dirtyrange.lab.result.LivePlan;
import io.github.dirtyrange.lab.result.LiveResult;
import io.github.dirtyrange.lab.result.LiveStrategyResult;
import io.github.dirtyrange.lab.result.MissCause;
import io.github.dirtyrange.linux.CTarget;
import io.github.dirtyrange.linux.LinuxKernel;
import io.github.dirtyrange.linux.OnLinux;
import io.github.dirtyrange.track.ChangeTracker;
import io.github.dirtyrange.track.ChangedPages;
import io.github.dirtyrange.track.Round;
import io.github.dirtyrange.track.Strategy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The judge, on a process of many threads that write at random and know nothing of it. */
@Tag("machine")
@Timeout(120)
class LiveComparisonOnLinuxTest {

  /** So many that a queue does not find a scan of everything cheaper. */
  private static final int PAGES = 1 << 19;

  private static final int THREADS = 4;
  private static final int ROUNDS = 4;
  private static final long INTERVAL_NANOS = 50_000_000;
  private static final Comparison.Progress NO_PROGRESS = (round, rounds) -> {};

  @TempDir static Path folder;
  private static Path scatter;

  private final Kernel kernel = LinuxKernel.open();
  private @Nullable CTarget target;
  private long firstVpn;

  @BeforeAll
  static void compile() throws IOException, InterruptedException {
    OnLinux.need(Capability.CHANGE_QUEUE);
    scatter = CTarget.compile("scatter", folder);
  }

  private Path start(String... ways) throws IOException {
    Path log = Files.createTempFile(folder, "writes", ".log");
    List<Object> arguments = new ArrayList<>(List.of(THREADS, PAGES, log));
    arguments.addAll(Arrays.asList(ways));
    target = CTarget.start(scatter, arguments.toArray());
    firstVpn = Pages.vpn(target().longNumber());
    return log;
  }

  private CTarget target() {
    return Objects.requireNonNull(target);
  }

  @AfterEach
  void end() {
    if (target != null) {
      target.close();
    }
  }

  private LivePlan plan(Strategy... strategies) {
    return new LivePlan(
        target().pid(),
        "scatter",
        ROUNDS,
        INTERVAL_NANOS,
        List.of(strategies),
        1 << 20,
        Long.MAX_VALUE,
        false);
  }

  private static boolean sleep(long nanos) {
    LockSupport.parkNanos(nanos);
    return false;
  }

  private LiveResult compare(Strategy... strategies) {
    Kernel all = new ForwardingKernel(kernel, WithItsWriter::new);
    try (LiveComparison comparison = new LiveComparison(all, plan(strategies))) {
      return comparison.run(NO_PROGRESS, LiveComparisonOnLinuxTest::sleep);
    }
  }

  /**
   * The process, and its child that writes from outside: they stand still together. A child that
   * goes on writes between the look at the page table and the reading of the bytes.
   */
  private final class WithItsWriter extends ForwardingProcess {

    private final TrackedProcess writer = kernel.open(writerPid());

    WithItsWriter(TrackedProcess process) {
      super(process);
    }

    @Override
    public Frozen freeze() {
      Frozen frozen = super.freeze();
      try {
        return new FrozenPair(frozen, writer.freeze());
      } catch (RuntimeException e) {
        frozen.close();
        throw e;
      }
    }

    @Override
    public void close() {
      writer.close();
      super.close();
    }
  }

  private record FrozenPair(Frozen process, Frozen writer) implements Frozen {

    @Override
    public int threads() {
      return process.threads() + writer.threads();
    }

    @Override
    public List<ThreadRegisters> registers() {
      return process.registers();
    }

    @Override
    public long nanos() {
      return process.nanos();
    }

    @Override
    public void close() {
      writer.close();
      process.close();
    }
  }

  /** The one child of its first thread; "fork" has those of other threads. */
  private int writerPid() {
    String pid = Integer.toString(target().pid());
    try {
      Path children = Path.of("/proc", pid, "task", pid, "children");
      return Integer.parseInt(Files.readString(children).strip());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void whateverItDoesBothTruthsFindTheScanningStrategiesRight() throws Exception {
    start("store", "read", "outside", "drop", "move", "fork");
    LiveResult result =
        compare(Strategy.PAGEMAP, Strategy.PAGEMAP_SCAN, Strategy.QUEUE, Strategy.PERFECT);
    assertThat(result.roundsDone()).isEqualTo(ROUNDS);
    assertThat(result.comparedPages()).isPositive().isEqualTo(result.privatePages());
    for (LiveStrategyResult each : result.strategies()) {
      assertThat(each.work().pagesReported()).as(each.work().name()).isPositive();
      assertThat(each.stoppedNanos()).isGreaterThan(each.work().roundP50Nanos());
      assertThat(each.missedAfterExact()).as("%s: %s", each.work().name(), each).isZero();
      if (each.work().strategy() != Strategy.QUEUE) {
        assertThat(each.work().missed()).as("%s: %s", each.work().name(), each).isZero();
      }
      if (each.work().strategy() != Strategy.PAGEMAP) {
        assertThat(each.work().extra()).as("%s: %s", each.work().name(), each).isZero();
      }
    }
    assertUntouched();
    assertThat(target().finish()).isZero();
  }

  @Test
  void aQueueMissesWhatIsWrittenFromOutsideAndGivenBackUntilItsExactDrain() throws Exception {
    start("outside", "drop");
    LiveStrategyResult queue = compare(Strategy.QUEUE).strategies().get(0);
    assertThat(queue.causes()).containsKey(MissCause.WRITTEN);
    assertThat(queue.missedByScan()).isPositive();
    assertThat(queue.missedByContent()).isPositive();
    assertThat(queue.missedAfterExact()).isZero();
  }

  @ParameterizedTest
  @EnumSource(names = {"PAGEMAP", "PAGEMAP_SCAN", "QUEUE"})
  void whatIsToldAgreesWithItsOwnLog(Strategy strategy) throws Exception {
    WriteLog writes = WriteLog.open(start("store", "read"));
    List<Audited> audited = new ArrayList<>();
    LiveTarget.Opening opening =
        (each, process, options) -> {
          audited.add(new Audited(each.open(kernel, process, options), writes, firstVpn));
          return audited.get(0);
        };
    try (LiveComparison comparison = new LiveComparison(kernel, plan(strategy), opening)) {
      LiveResult result = comparison.run(NO_PROGRESS, LiveComparisonOnLinuxTest::sleep);
      assertThat(result.strategies().get(0).work().missed()).isZero();
    }
    assertThat(audited.get(0).rounds).isEqualTo(ROUNDS);
  }

  /** Compares each answer, while the process stands still, with what the process has logged. */
  private static final class Audited extends PlantedTracker {

    private final WriteLog writes;
    private final long firstVpn;
    private WriteLog.Mark start = new WriteLog.Mark(0, 0);
    private int collected;
    private int rounds;

    Audited(ChangeTracker tracker, WriteLog writes, long firstVpn) {
      super(tracker, tracker.claims(), found -> found);
      this.writes = writes;
      this.firstVpn = firstVpn;
    }

    @Override
    public void start() {
      super.start();
      start = writes.mark();
      collected = 0;
    }

    @Override
    public Round collect(ChangedPages changed) {
      Round round = super.collect(changed);
      if (collected++ == 1) {
        WriteLog.Mark now = writes.mark();
        Set<Integer> told = pages(changed);
        assertThat(told).containsAll(writes.written(start, now));
        assertThat(writes.perhaps(start, now)).containsAll(told);
        assertThat(writes.written(start, now)).isNotEmpty();
        rounds++;
      }
      return round;
    }

    private Set<Integer> pages(ChangedPages changed) {
      Set<Integer> pages = new TreeSet<>();
      for (int range = 0; range < changed.ranges(); range++) {
        long end = Math.min(firstVpn + PAGES, changed.endVpn(range));
        for (long vpn = Math.max(firstVpn, changed.startVpn(range)); vpn < end; vpn++) {
          pages.add((int) (vpn - firstVpn));
        }
      }
      return pages;
    }
  }

  /** Nobody traces it or holds it, and nothing is registered. */
  private void assertUntouched() throws IOException {
    Path folder = Path.of("/proc/" + target().pid());
    assertThat(Files.readString(folder.resolve("status")))
        .contains("TracerPid:\t0\n")
        .containsPattern("State:\t[SRD]");
    try (Stream<String> lines = Files.lines(folder.resolve("smaps"))) {
      assertThat(lines.filter(line -> line.startsWith("VmFlags:") && line.contains(" uw")))
          .isEmpty();
    }
  }
}
