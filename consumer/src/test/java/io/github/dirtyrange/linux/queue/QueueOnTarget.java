package io.github.dirtyrange.linux.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dirtyrange.kernel.Capability;
import io.github.dirtyrange.kernel.Categories;
import io.github.dirtyrange.kernel.ChangeQueue;
import io.github.dirtyrange.kernel.Cost;
import io.github.dirtyrange.kernel.CostModel;
import io.github.dirtyrange.kernel.DrainReport;
import io.github.dirtyrange.kernel.DrainReport.Method;
import io.github.dirtyrange.kernel.PageRange;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.QueueCategories;
import io.github.dirtyrange.kernel.ScanRequest;
import io.github.dirtyrange.kernel.TrackedProcess;
import io.github.dirtyrange.kernel.TrackedRanges;
import io.github.dirtyrange.linux.LinuxProcess;
import io.github.dirtyrange.linux.OnLinux;
import io.github.dirtyrange.linux.Target;
import io.github.dirtyrange.linux.mm.ProcPagemap;
import io.github.dirtyrange.linux.perf.FaultSampler;
import io.github.dirtyrange.linux.perf.SampleSource;
import io.github.dirtyrange.linux.perf.SamplingPlan;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;

/** A real process to write pages, and queues on it. */
abstract class QueueOnTarget {

  static final long PAGES = 1 << 16;
  static final long ROOMY = 16L << 20;
  static final QueueCategories WRITTEN_ALONE =
      new QueueCategories(Categories.WRITTEN, Categories.WRITTEN);
  static final CostModel SAMPLES_ARE_CHEAP = costs(500_000, 1e-3, 1e-3);

  static Target target;
  static TrackedProcess process;
  private static ProcPagemap pagemap;

  @BeforeAll
  static void startTarget() throws IOException {
    OnLinux.need(Capability.CHANGE_QUEUE, Capability.READ_MEMORY);
    target = Target.start(PAGES);
    process = LinuxProcess.open(target.pid());
    pagemap = ProcPagemap.open(target.pid());
  }

  @AfterAll
  static void endTarget() {
    if (target != null) {
      process.close();
      pagemap.close();
      target.close();
    }
  }

  @BeforeEach
  void armEverything() {
    LearntCosts costs = LearntCosts.unchanging(SAMPLES_ARE_CHEAP);
    WrittenPages written = new WrittenPages(pagemap, ScanRequest.WP_MATCHING, costs);
    PageRange all = target.range();
    written.collect(all.startVpn(), all.endVpn(), (int) PAGES, (start, end, now) -> {});
  }

  static ChangeQueue open(long maxBytes) {
    return open(maxBytes, SAMPLES_ARE_CHEAP, target.range());
  }

  /** A queue whose costs stay as they are given. */
  static ChangeQueue open(long maxBytes, CostModel costs, PageRange... ranges) {
    return open(maxBytes, costs, pagemap, ranges);
  }

  /** A queue that looks at the pages so. */
  static ChangeQueue open(
      long maxBytes, CostModel costs, ProcPagemap pagemap, PageRange... ranges) {
    TrackedRanges tracked = TrackedRanges.of(List.of(ranges));
    LearntCosts unchanging = LearntCosts.unchanging(costs);
    return LinuxQueues.open(
        sampler(maxBytes / 2),
        pagemap,
        WRITTEN_ALONE,
        tracked,
        () -> tracked,
        unchanging,
        maxBytes);
  }

  /** By threads: what others do at the same time then fills no ring and makes no drain dearer. */
  private static FaultSampler sampler(long bytes) {
    SamplingPlan plan = SamplingPlan.from(SampleSource.THREADS, target.pid());
    return FaultSampler.openProcess(target.pid(), plan, bytes);
  }

  /** {@return made-up costs, a page being a microsecond: the sweep's slice is then the least} */
  static CostModel costs(double callNanos, double sampleNanos, double hintNanos) {
    CostModel.Provenance madeUp = new CostModel.Provenance("none", "none", "never", "made up");
    return CostModel.defaults()
        .with(Cost.SCAN_CALL, new CostModel.Value(callNanos, madeUp))
        .with(Cost.SCAN_PAGE, new CostModel.Value(1_000, madeUp))
        .with(Cost.SAMPLE_READ, new CostModel.Value(sampleNanos, madeUp))
        .with(Cost.HINT_ORDER, new CostModel.Value(hintNanos, madeUp));
  }

  static List<PageRange> take(ChangeQueue queue) {
    return take(queue, Method.QUEUE);
  }

  static List<PageRange> take(ChangeQueue queue, Method expected) {
    List<PageRange> regions = new ArrayList<>();
    assertThat(drain(queue, regions).method()).isEqualTo(expected);
    return regions;
  }

  /**
   * Takes what is told however it was found: where a fault is counted and no sample has come for
   * it, all is looked at.
   */
  static List<PageRange> takeBySamplesOrScan(ChangeQueue queue) {
    List<PageRange> regions = new ArrayList<>();
    assertThat(drain(queue, regions).method()).isIn(Method.QUEUE, Method.SCAN_AFTER_LOSS);
    return regions;
  }

  private static DrainReport drain(ChangeQueue queue, List<PageRange> regions) {
    return queue.drain((start, end, changed, now) -> regions.add(new PageRange(start, end)));
  }

  /** Writes pages of the target from this process: no fault of the target's own, so no sample. */
  static void writeFromOutside(long... pages) throws IOException {
    try (RandomAccessFile memory = new RandomAccessFile("/proc/" + target.pid() + "/mem", "rw")) {
      for (long page : pages) {
        memory.seek(Pages.address(target.vpn(page)));
        memory.write(7);
      }
    }
  }

  static PageRange region(long firstPage, long endPage) {
    return new PageRange(target.vpn(firstPage), target.vpn(endPage));
  }
}
