package io.github.dirtyrange.linux.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dirtyrange.kernel.ChangeQueue;
import io.github.dirtyrange.kernel.ChangeQueueOptions;
import io.github.dirtyrange.kernel.CostModel;
import io.github.dirtyrange.kernel.DrainReport;
import io.github.dirtyrange.kernel.DrainReport.Method;
import io.github.dirtyrange.kernel.PageRange;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.linux.perf.FaultSampler;
import io.github.dirtyrange.linux.perf.SampleSource;
import io.github.dirtyrange.linux.perf.SamplingPlan;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** The queue on a real process: what it reports against what that process was told to write. */
class LinuxChangeQueueTest extends QueueOnTarget {

  private static final CostModel SAMPLES_ARE_DEAR = costs(500_000, 1e9, 1e-3);
  private static final CostModel HINTS_ARE_DEAR = costs(500_000, 1e-3, 1e9);

  @Test
  void reportsExactlyThePagesWrittenAsCanonicalRegions() throws IOException {
    try (ChangeQueue queue = open(ROOMY)) {
      assertThat(take(queue)).isEmpty();
      target.order("write", 7, 5, 6, PAGES - 1, 40_000, 511, 512);
      assertThat(take(queue))
          .containsExactly(
              region(5, 8), region(511, 513), region(40_000, 40_001), region(PAGES - 1, PAGES));
      assertThat(take(queue)).isEmpty();
    }
  }

  @Test
  void readFaultsAndFaultsElsewhereAreNotReported() throws IOException {
    target.order("discard", 9);
    try (ChangeQueue queue = open(ROOMY)) {
      queue.drainExactly((start, end, changed, now) -> {});
      target.order("read", 9, 10, 11);
      assertThat(take(queue)).isEmpty();
    }
  }

  @Test
  void aThreadStartedLaterIsSampled() throws IOException {
    try (ChangeQueue queue = open(ROOMY)) {
      target.order("write-in-new-thread", 100, 30_000);
      assertThat(take(queue)).containsExactly(region(100, 101), region(30_000, 30_001));
    }
  }

  /** A shell that the target starts takes thousands of faults, of which none is of its memory. */
  @Test
  void aChildsFaultsAreNoSamplesOfTheTarget() throws IOException {
    SamplingPlan plan = SamplingPlan.from(SampleSource.THREADS, target.pid());
    try (FaultSampler sampler = FaultSampler.openProcess(target.pid(), plan, ROOMY)) {
      sampler.enable();
      target.order("start-shell");
      Set<Integer> pids = new HashSet<>();
      sampler.read((address, pid, tid, nanos) -> pids.add(pid));
      assertThat(pids).isSubsetOf(target.pid());
    }
  }

  @Test
  void aWriteByTheKernelForTheProcessIsSampled() throws IOException {
    try (ChangeQueue queue = open(ROOMY)) {
      target.order("write-by-kernel", 12_345);
      assertThat(take(queue)).containsExactly(region(12_345, 12_346));
    }
  }

  /** Its own threads fault through get_user_pages: counted by the kernel, and never sampled. */
  @Test
  void aWriteOfTheProcessThatIsNotSampledIsInTheNextDrainAllTheSame() throws IOException {
    try (ChangeQueue queue = open(ROOMY)) {
      target.order("write-by-gup", 50_000);
      target.order("write", 3);
      assertThat(take(queue, Method.SCAN_AFTER_LOSS))
          .containsExactly(region(3, 4), region(50_000, 50_001));
      target.order("write", 50_000);
      assertThat(take(queue)).containsExactly(region(50_000, 50_001));
      assertThat(queue.describe()).endsWith(", once not sampled");
      assertThat(queue.details()).contains("once faults were not sampled");
    }
  }

  /** A shell takes thousands of faults, which are neither read nor a reason to scan (law L5). */
  @Test
  void aChildsFaultsCostTheQueueNothing() throws IOException {
    try (ChangeQueue queue = open(Pages.SIZE)) {
      take(queue);
      target.order("start-shell");
      DrainReport report = queue.drain((start, end, changed, now) -> {});
      assertThat(report.records()).isLessThan(2_000);
      assertThat(report.method()).isEqualTo(Method.QUEUE);
    }
  }

  @Test
  void anExactDrainFindsWhatNoSampleTellsOf() throws IOException {
    try (ChangeQueue queue = open(ROOMY)) {
      writeFromOutside(50_000);
      target.order("write", 3);
      assertThat(take(queue)).containsExactly(region(3, 4));
      List<PageRange> regions = new ArrayList<>();
      queue.drainExactly((start, end, changed, now) -> regions.add(new PageRange(start, end)));
      assertThat(regions).containsExactly(region(50_000, 50_001));
    }
  }

  @Test
  void theSweepComesUponWhatNoSampleTellsOf() throws IOException {
    try (ChangeQueue queue = open(ROOMY)) {
      writeFromOutside(50_000);
      List<PageRange> regions = new ArrayList<>();
      for (long swept = 0; swept < PAGES; swept += Sweep.LEAST_PAGES) {
        regions.addAll(take(queue));
      }
      assertThat(regions).containsExactly(region(50_000, 50_001));
    }
  }

  @Test
  void everythingIsScannedWhenThatIsCheaperThanReadingTheSamples() throws IOException {
    try (ChangeQueue queue = open(ROOMY, SAMPLES_ARE_DEAR, target.range())) {
      target.order("write", 0, 2, 50_000);
      assertThat(take(queue, Method.SCAN_BY_CHOICE))
          .containsExactly(region(0, 1), region(2, 3), region(50_000, 50_001));
    }
  }

  @Test
  void everythingIsScannedWhenThatIsCheaperThanOrderingTheHints() throws IOException {
    try (ChangeQueue queue = open(ROOMY, HINTS_ARE_DEAR, target.range())) {
      target.order("write", 0, 2, 50_000);
      assertThat(take(queue, Method.SCAN_BY_CHOICE))
          .containsExactly(region(0, 1), region(2, 3), region(50_000, 50_001));
    }
  }

  @Test
  void aScanOfMoreRegionsThanOneCallReportsFindsThemAll() throws IOException {
    try (ChangeQueue queue = open(ROOMY, SAMPLES_ARE_DEAR, target.range())) {
      target.order("write", LongStream.range(0, PAGES / 2).map(page -> 2 * page).toArray());
      assertThat(take(queue, Method.SCAN_BY_CHOICE)).hasSize((int) PAGES / 2);
    }
  }

  @Test
  void aQueueThatGoesByTheModelReportsExactlyThePagesWritten() throws IOException {
    ChangeQueueOptions options = new ChangeQueueOptions(List.of(target.range()), ROOMY);
    try (ChangeQueue queue = process.openChangeQueue(options)) {
      target.order("write", 1, 3, 60_000);
      List<PageRange> regions = new ArrayList<>();
      queue.drain((start, end, changed, now) -> regions.add(new PageRange(start, end)));
      assertThat(regions).containsExactly(region(1, 2), region(3, 4), region(60_000, 60_001));
    }
  }

  @Test
  void lostSamplesLeadToOneScanThatFindsEverything() throws IOException {
    try (ChangeQueue queue = open(Pages.SIZE)) {
      long[] pages = LongStream.range(0, 5_000).map(i -> i * 13).toArray();
      target.order("write", pages);
      List<PageRange> regions = take(queue, Method.SCAN_AFTER_LOSS);
      assertThat(regions).hasSize(pages.length);
      target.order("write", 77);
      assertThat(take(queue)).containsExactly(region(77, 78));
    }
  }

  @Test
  void aQueueThatWasOffTellsWhatWasWrittenMeanwhileAndEveryWriteAfterIt() throws IOException {
    try (ChangeQueue queue = open(ROOMY)) {
      target.order("write", 1);
      queue.disable();
      target.order("write", 20_000);
      queue.enable();
      target.order("write", 20_000, 60_000);
      assertThat(take(queue, Method.SCAN_AFTER_LOSS))
          .containsExactly(region(1, 2), region(20_000, 20_001), region(60_000, 60_001));
      assertThat(queue.status().overflows()).isZero();
      target.order("write", 20_000);
      assertThat(takeBySamplesOrScan(queue)).containsExactly(region(20_000, 20_001));
    }
  }

  @Test
  void onlyTheTrackedRangesAreReportedAndReArmed() throws IOException {
    try (ChangeQueue all = open(ROOMY);
        ChangeQueue some = open(ROOMY, SAMPLES_ARE_CHEAP, region(0, 10), region(20, 30))) {
      target.order("write", 9, 10, 15, 19, 20, 100);
      assertThat(take(some)).containsExactly(region(9, 10), region(20, 21));
      assertThat(take(all))
          .containsExactly(region(10, 11), region(15, 16), region(19, 20), region(100, 101));
    }
  }
}
