package io.github.dirtyrange.linux.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.common.base.Splitter;
import io.github.dirtyrange.kernel.Capability;
import io.github.dirtyrange.kernel.ChangeQueue;
import io.github.dirtyrange.kernel.DrainReport;
import io.github.dirtyrange.kernel.DrainReport.Method;
import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.kernel.MemoryGoneException;
import io.github.dirtyrange.kernel.PageRange;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.ThreadPages;
import io.github.dirtyrange.linux.CTarget;
import io.github.dirtyrange.linux.OnLinux;
import io.github.dirtyrange.linux.perf.SampleSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Queues on a crowd of threads and processes, by the samples of each source. */
@Timeout(300)
@Tag("machine")
class SampleSourcesTest {

  private static final int PAGES = 1 << 16;
  private static final int DRAINS = 30;
  private static final int CHURN = Integer.getInteger("dirtyrange.threads", 10_000);

  @TempDir static Path folder;
  private static Path crowd;

  private @Nullable Path cgroup;
  private CTarget target;
  private QueueBySource queues;
  private long firstVpn;

  @BeforeAll
  static void compile() throws IOException, InterruptedException {
    OnLinux.need(Capability.CHANGE_QUEUE);
    crowd = CTarget.compile("crowd", folder);
  }

  @BeforeEach
  void begin() throws IOException {
    target = CTarget.start(crowd, PAGES);
    firstVpn = Pages.vpn(target.longNumber());
    queues = new QueueBySource(target.pid(), new PageRange(firstVpn, firstVpn + PAGES));
  }

  private ChangeQueue open(SampleSource source) throws IOException {
    return open(source, 16L << 20);
  }

  private ChangeQueue open(SampleSource source, long bytes) throws IOException {
    prepare(source);
    return openOn(source, bytes);
  }

  private void prepare(SampleSource source) throws IOException {
    if (source == SampleSource.CGROUP) {
      moveToItsOwnCgroup();
    }
  }

  /** Whole CPUs and cgroups may not be allowed; then there is nothing to test. */
  private ChangeQueue openOn(SampleSource source, long bytes) {
    try {
      return queues.open(source, bytes);
    } catch (KernelException e) {
      assumeTrue(source == SampleSource.THREADS, e.getMessage());
      throw e;
    }
  }

  private void moveToItsOwnCgroup() throws IOException {
    String mounted =
        Files.readAllLines(Path.of("/proc/self/mountinfo")).stream()
            .filter(line -> line.contains(" - cgroup2 "))
            .map(line -> Splitter.on(' ').splitToList(line).get(4))
            .findFirst()
            .orElse("");
    assumeTrue(!mounted.isEmpty(), "no cgroups of version 2 are mounted");
    Path own = Path.of(mounted, "dirtyrange-test-" + target.pid());
    assumeTrue(own.toFile().mkdir(), "no cgroup can be made");
    cgroup = own;
    Files.writeString(own.resolve("cgroup.procs"), Integer.toString(target.pid()));
  }

  @AfterEach
  void end() throws InterruptedException, IOException {
    queues.close();
    target.kill();
    for (int tries = 0; cgroup != null && tries < 100 && !cgroup.toFile().delete(); tries++) {
      Thread.sleep(10);
    }
  }

  /** A child by fork writes to a copy of its own. */
  @ParameterizedTest
  @EnumSource
  void theWritesOfAChildAreNobodysChanges(SampleSource source) throws IOException {
    try (ChangeQueue queue = open(source)) {
      BitSet told = new BitSet();
      drainInto(queue, told);
      target.ask("share 3");
      target.ask("fork 40");
      drainInto(queue, told);
      assertThat(queue.threads()).allMatch(thread -> thread.pages() <= 5);
    }
  }

  private DrainReport drainInto(ChangeQueue queue, BitSet told) {
    return queue.drain(
        (start, end, changed, now) -> told.set((int) (start - firstVpn), (int) (end - firstVpn)));
  }

  private static BitSet firstPages(long count) {
    BitSet pages = new BitSet();
    pages.set(0, (int) count);
    return pages;
  }

  private BitSet leftForAnExactDrain(ChangeQueue queue) {
    BitSet left = new BitSet();
    queue.drainExactly(
        (start, end, changed, now) -> left.set((int) (start - firstVpn), (int) (end - firstVpn)));
    return left;
  }

  /** 500 threads are there, and thousands start and end before, during and after the opening. */
  @ParameterizedTest
  @EnumSource
  void ofThreadsThatComeAndGoNothingIsMissed(SampleSource source) throws Exception {
    prepare(source);
    assertThat(target.ask("threads 500")).isEqualTo("500");
    target.tell("churn " + CHURN + " 500");
    Thread.sleep(5);
    int descriptors = queues.plan(source).descriptors();
    BitSet told = new BitSet();
    Map<Method, Integer> drains = new EnumMap<>(Method.class);
    try (ChangeQueue queue = openOn(source, 16L << 20)) {
      for (int i = 0; i < DRAINS; i++) {
        drains.merge(drainInto(queue, told).method(), 1, Integer::sum);
        Thread.sleep(10);
      }
      long written = target.longNumber();
      assertThat(written).isEqualTo(500 + CHURN);
      drains.merge(drainInto(queue, told).method(), 1, Integer::sum);
      assertThat(leftForAnExactDrain(queue).isEmpty()).isTrue();
      assertThat(told.get((int) written - 1)).isTrue();
      System.out.printf(
          "%s: %d descriptors, %d of %d pages told after the opening, drains %s, %s%n",
          source, descriptors, told.cardinality(), written, drains, queue.details());
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"CGROUP", "CPUS"})
  void aProcessThatSharesTheMemoryIsSampled(SampleSource source) throws IOException {
    try (ChangeQueue queue = open(source)) {
      BitSet told = new BitSet();
      drainInto(queue, told);
      assertThat(target.ask("share 1000")).isEqualTo("1000");
      assertThat(drainInto(queue, told).method()).isEqualTo(Method.QUEUE);
      assertThat(told).isEqualTo(firstPages(1_000));
      assertThat(target.ask("stay 1000")).isEqualTo("2000");
      assertThat(drainInto(queue, told).method()).isEqualTo(Method.QUEUE);
      assertThat(told).isEqualTo(firstPages(2_000));
      assertThat(leftForAnExactDrain(queue).isEmpty()).isTrue();
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"CGROUP", "CPUS"})
  void aProcessThatSharedTheMemoryAndRunsAnotherProgramIsSampledUntilThen(SampleSource source)
      throws IOException {
    try (ChangeQueue queue = open(source)) {
      BitSet told = new BitSet();
      drainInto(queue, told);
      assertThat(target.ask("vfork 1000")).isEqualTo("1000");
      assertThat(drainInto(queue, told).method()).isEqualTo(Method.QUEUE);
      assertThat(told).isEqualTo(firstPages(1_000));
      assertThat(leftForAnExactDrain(queue).isEmpty()).isTrue();
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"CGROUP", "CPUS"})
  void aProcessThatSharedTheMemoryBeforeIsSampled(SampleSource source) throws IOException {
    prepare(source);
    assertThat(target.ask("stay 1")).isEqualTo("1");
    try (ChangeQueue queue = openOn(source, 16L << 20)) {
      BitSet told = new BitSet();
      drainInto(queue, told);
      target.ask("share 100");
      assertThat(drainInto(queue, told).method()).isEqualTo(Method.QUEUE);
      assertThat(told.cardinality()).isEqualTo(100);
    }
  }

  /** What others fault is neither counted nor told, and nothing is scanned for it. */
  @ParameterizedTest
  @EnumSource(names = {"CPUS"})
  void whatOthersFaultCountsForNothing(SampleSource source) throws IOException {
    try (CTarget other = CTarget.start(crowd, PAGES);
        ChangeQueue queue = open(source)) {
      other.longNumber();
      BitSet told = new BitSet();
      drainInto(queue, told);
      other.ask("churn 200 10");
      target.ask("churn 3 1");
      DrainReport report = drainInto(queue, told);
      assertThat(report.method()).isEqualTo(Method.QUEUE);
      assertThat(told).isEqualTo(firstPages(3));
      assertThat(queue.threads()).allMatch(thread -> thread.pid() == target.pid());
      assertThat(queue.threads().stream().mapToLong(ThreadPages::pages).sum()).isEqualTo(3);
    }
  }

  @Test
  void othersThatFillTheRingsMakeALossThatIsKnown() throws IOException {
    try (CTarget other = CTarget.start(crowd, PAGES);
        ChangeQueue queue = open(SampleSource.CPUS, Pages.SIZE)) {
      other.longNumber();
      BitSet told = new BitSet();
      drainInto(queue, told);
      other.ask("churn 2000 50");
      target.ask("churn 3 1");
      assertThat(drainInto(queue, told).method()).isNotEqualTo(Method.QUEUE);
      assertThat(told).isEqualTo(firstPages(3));
      assertThat(queue.status().overflows()).isPositive();
    }
  }

  /** The events go on with the new program, and the queue says all the same that it has gone. */
  @ParameterizedTest
  @EnumSource
  void afterExecTheQueueSaysSo(SampleSource source) throws IOException {
    try (ChangeQueue queue = open(source)) {
      target.ask("churn 3 1");
      assertThat(target.ask("exec")).isEqualTo("0");
      BitSet told = new BitSet();
      assertThatThrownBy(() -> drainInto(queue, told)).isInstanceOf(MemoryGoneException.class);
      assertThatThrownBy(() -> leftForAnExactDrain(queue)).isInstanceOf(MemoryGoneException.class);
      assertThat(told.isEmpty()).isTrue();
    }
  }

  @ParameterizedTest
  @EnumSource
  void eachThreadsChangesAreCounted(SampleSource source) throws IOException {
    try (ChangeQueue queue = open(source)) {
      BitSet told = new BitSet();
      drainInto(queue, told);
      target.ask("threads 20");
      drainInto(queue, told);
      List<ThreadPages> threads = queue.threads();
      assertThat(threads).hasSize(20).allMatch(thread -> thread.pages() == 1);
      target.ask("threads 7");
      assertThat(leftForAnExactDrain(queue).cardinality()).isEqualTo(7);
      assertThat(queue.threads()).hasSize(7).doesNotContainAnyElementsOf(threads);
      drainInto(queue, told);
      assertThat(queue.threads()).isEmpty();
    }
  }
}
