package io.github.dirtyrange.linux.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dirtyrange.kernel.Capability;
import io.github.dirtyrange.kernel.ChangeQueue;
import io.github.dirtyrange.kernel.DrainReport;
import io.github.dirtyrange.kernel.DrainReport.Method;
import io.github.dirtyrange.kernel.PageRange;
import io.github.dirtyrange.kernel.ScanRequest;
import io.github.dirtyrange.kernel.TrackedProcess;
import io.github.dirtyrange.linux.LinuxProcess;
import io.github.dirtyrange.linux.OnLinux;
import io.github.dirtyrange.linux.Target;
import io.github.dirtyrange.linux.mm.ProcPagemap;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;

/** A real process to write pages, and queues on it. */
abstract class QueueOnTarget {

  static final long PAGES = 1 << 16;
  static final long ROOMY = 16L << 20;
  static final ScanCosts SAMPLES_ARE_CHEAP = new ScanCosts(500, 1, 1e-3, 1e-3);

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
    WrittenPages written = new WrittenPages(pagemap, ScanRequest.WP_MATCHING);
    PageRange all = target.range();
    written.collect(
        all.startVpn(), all.endVpn(), (int) PAGES, new RegionJoiner((s, e, c, n) -> {}));
  }

  static ChangeQueue open(long maxBytes) {
    return open(maxBytes, SAMPLES_ARE_CHEAP, target.range());
  }

  static ChangeQueue open(long maxBytes, ScanCosts costs, PageRange... ranges) {
    long[] pagesPerFault = LongStream.generate(() -> 1).limit(ranges.length).toArray();
    TrackedRanges tracked = new TrackedRanges(List.of(ranges), pagesPerFault);
    return LinuxChangeQueue.open(target.pid(), pagemap, tracked, costs, maxBytes);
  }

  static List<PageRange> take(ChangeQueue queue) {
    return take(queue, Method.QUEUE);
  }

  static List<PageRange> take(ChangeQueue queue, Method expected) {
    List<PageRange> regions = new ArrayList<>();
    DrainReport report =
        queue.drain((start, end, changed, now) -> regions.add(new PageRange(start, end)));
    assertThat(report.method()).isEqualTo(expected);
    return regions;
  }

  static PageRange region(long firstPage, long endPage) {
    return new PageRange(target.vpn(firstPage), target.vpn(endPage));
  }
}
