package io.github.dirtyrange.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dirtyrange.kernel.Capability;
import io.github.dirtyrange.kernel.ChangeQueue;
import io.github.dirtyrange.kernel.ChangeQueueOptions;
import io.github.dirtyrange.kernel.DrainReport;
import io.github.dirtyrange.kernel.DrainReport.Method;
import io.github.dirtyrange.kernel.Errno;
import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.kernel.PageRange;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.ScanRequest;
import io.github.dirtyrange.kernel.TrackedProcess;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The queue on a real process: what it reports against what that process was told to write. */
class LinuxChangeQueueTest {

  private static final long PAGES = 1 << 16;
  private static final long FEW_PAGES = 1 << 11;
  private static final long ROOMY = 16L << 20;
  private static final ScanCosts SAMPLES_ARE_CHEAP = new ScanCosts(500, 1, 1e-3, 1e-3);
  private static final ScanCosts JOIN_NOTHING = new ScanCosts(0, 1, 1e-3, 1e-3);
  private static final ScanCosts SAMPLES_ARE_DEAR = new ScanCosts(500, 1, 1e6, 1e-3);
  private static final ScanCosts HINTS_ARE_DEAR = new ScanCosts(500, 1, 1e-3, 1e6);

  private static Target target;
  private static TrackedProcess process;
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
    WrittenPages written = new WrittenPages(pagemap, ScanRequest.WP_MATCHING);
    PageRange all = target.range();
    written.collect(
        all.startVpn(), all.endVpn(), (int) PAGES, new RegionJoiner((s, e, c, n) -> {}));
  }

  private ChangeQueue open(long maxBytes) {
    return open(maxBytes, SAMPLES_ARE_CHEAP, target.range());
  }

  private ChangeQueue open(long maxBytes, ScanCosts costs, PageRange... ranges) {
    long[] pagesPerFault = LongStream.generate(() -> 1).limit(ranges.length).toArray();
    TrackedRanges tracked = new TrackedRanges(List.of(ranges), pagesPerFault);
    return LinuxChangeQueue.open(target.pid(), pagemap, tracked, costs, maxBytes);
  }

  private static List<PageRange> take(ChangeQueue queue) {
    return take(queue, Method.QUEUE);
  }

  private static List<PageRange> take(ChangeQueue queue, Method expected) {
    List<PageRange> regions = new ArrayList<>();
    DrainReport report =
        queue.drain((start, end, changed, now) -> regions.add(new PageRange(start, end)));
    assertThat(report.method()).isEqualTo(expected);
    return regions;
  }

  private PageRange region(long firstPage, long endPage) {
    return new PageRange(target.vpn(firstPage), target.vpn(endPage));
  }

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

  @Test
  void aWriteByTheKernelForTheProcessIsSampled() throws IOException {
    try (ChangeQueue queue = open(ROOMY)) {
      target.order("write-by-kernel", 12_345);
      assertThat(take(queue)).containsExactly(region(12_345, 12_346));
    }
  }

  @Test
  void anExactDrainFindsWhatNoSampleTellsOf() throws IOException {
    try (ChangeQueue queue = open(ROOMY)) {
      target.order("write-by-gup", 50_000);
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
      target.order("write-by-gup", 50_000);
      List<PageRange> regions = new ArrayList<>();
      for (long swept = 0; swept < PAGES; swept += Sweep.SLICE_PAGES) {
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
  void aQueueWithMeasuredCostsReportsExactlyThePagesWritten() throws IOException {
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
  void changesWhileDisabledAreNotQueued() throws IOException {
    try (ChangeQueue queue = open(ROOMY)) {
      target.order("write", 1);
      queue.disable();
      target.order("write", 20_000);
      queue.enable();
      target.order("write", 60_000);
      assertThat(take(queue)).containsExactly(region(1, 2), region(60_000, 60_001));
    }
  }

  @Test
  void afterASinkThatThrowsTheNextDrainScansEverything() throws IOException {
    try (ChangeQueue queue = open(ROOMY)) {
      target.order("write", 10, 20_000, 40_000);
      assertThatThrownBy(
              () ->
                  queue.drain(
                      (start, end, changed, now) -> {
                        throw new IllegalStateException("no room");
                      }))
          .hasMessage("no room");
      assertThat(take(queue, Method.SCAN_AFTER_LOSS)).containsExactly(region(40_000, 40_001));
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

  @Test
  void aDrainOfAProcessThatHasGoneSaysSo() throws IOException, InterruptedException {
    Target other = Target.start(16);
    ChangeQueueOptions options = new ChangeQueueOptions(List.of(other.range()), ROOMY);
    try (TrackedProcess tracked = LinuxProcess.open(other.pid());
        ChangeQueue queue = tracked.openChangeQueue(options)) {
      other.kill();
      assertThatThrownBy(() -> take(queue))
          .isInstanceOfSatisfying(
              KernelException.class, e -> assertThat(e.errno()).isEqualTo(Errno.ESRCH));
    }
  }

  @Test
  void drainsWhileThreadsWriteLoseNothing() throws IOException {
    // Pages few enough at a time, and many enough in all, that neither spans nor the sweep cover
    // what hints would miss.
    mirrorEqualsMemory(ROOMY, PAGES, 10_000);
  }

  @Test
  void drainsOfRingsTooSmallForTheWritersLoseNothing() throws IOException {
    mirrorEqualsMemory(Pages.SIZE, FEW_PAGES, 0);
  }

  /** Copies what is drained while threads write; after a last drain in calm nothing may differ. */
  private void mirrorEqualsMemory(long maxBytes, long pages, long pauseNanos) throws IOException {
    PageRange range = region(0, pages);
    Mirror mirror = new Mirror(process, range);
    SplittableRandom seeds = new SplittableRandom(42);
    try (ChangeQueue queue = open(maxBytes, JOIN_NOTHING, range)) {
      queue.drainExactly(mirror::copy);
      mirror.copy(range.startVpn(), range.endVpn(), 0, 0);
      for (int round = 0; round < 5; round++) {
        target.order("busy", 3, pages, seeds.nextLong(1 << 30), pauseNanos);
        for (int drain = 0; drain < 60; drain++) {
          queue.drain(mirror::copy);
        }
        target.order("calm");
        queue.drain(mirror::copy);
        assertThat(mirror.pagesThatDiffer()).isEmpty();
      }
    }
  }

  @FunctionalInterface
  private interface StampUse {
    void take(int page, long stamp);
  }

  /** A copy of the first 8 bytes of each page, kept up to date by what is drained. */
  private static final class Mirror {
    private final TrackedProcess process;
    private final PageRange range;
    private final long[] stamps;
    private final ByteBuffer buffer = Sys.struct(64 * Pages.SIZE);

    Mirror(TrackedProcess process, PageRange range) {
      this.process = process;
      this.range = range;
      this.stamps = new long[(int) range.pages()];
    }

    void copy(long startVpn, long endVpn, long changed, long now) {
      read(startVpn, endVpn, (page, stamp) -> stamps[page] = stamp);
    }

    List<Integer> pagesThatDiffer() {
      List<Integer> pages = new ArrayList<>();
      read(
          range.startVpn(),
          range.endVpn(),
          (page, stamp) -> {
            if (stamps[page] != stamp) {
              pages.add(page);
            }
          });
      return pages;
    }

    private void read(long startVpn, long endVpn, StampUse use) {
      int room = buffer.capacity() / Pages.SIZE;
      for (long vpn = startVpn; vpn < endVpn; vpn += room) {
        int pages = (int) Math.min(room, endVpn - vpn);
        long[] bounds = {vpn, vpn + pages};
        assertThat(process.readPages(bounds, 0, 1, buffer.clear())).isEqualTo(pages);
        for (int i = 0; i < pages; i++) {
          use.take((int) (vpn - range.startVpn()) + i, buffer.getLong(i * Pages.SIZE));
        }
      }
    }
  }
}
