package io.github.dirtyrange.workload;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dirtyrange.kernel.Categories;
import io.github.dirtyrange.kernel.PageRange;
import io.github.dirtyrange.kernel.PageRegion;
import io.github.dirtyrange.kernel.PageRegionBuffer;
import io.github.dirtyrange.kernel.ScanRequest;
import io.github.dirtyrange.kernel.TrackedProcess;
import io.github.dirtyrange.kernel.sim.SimKernel;
import io.github.dirtyrange.track.ChangedPages;
import java.util.List;
import org.junit.jupiter.api.Test;

class SimWorkloadTest {

  private static final int MAPPED_PAGES = 10 * 512 + 300;
  private static final WorkloadPlan PLAN =
      new WorkloadPlan(MAPPED_PAGES, 20, PagePattern.UNIFORM, 1);

  private final SimKernel kernel = SimKernel.newest();

  @Test
  void muchMemoryIsPopulatedWithHugePages() {
    try (SimWorkload workload = SimWorkload.start(kernel, PLAN, 0)) {
      assertThat(pages(workload, Categories.PRESENT)).isEqualTo(MAPPED_PAGES);
      assertThat(pages(workload, Categories.HUGE)).isBetween(9L * 512, 10L * 512);
      assertThat(workload.startsInHugePages()).isTrue();
    }
  }

  @Test
  void littleMemoryIsPopulatedWithSmallPages() {
    try (SimWorkload workload = SimWorkload.start(kernel, PLAN)) {
      assertThat(pages(workload, Categories.PRESENT)).isEqualTo(MAPPED_PAGES);
      assertThat(pages(workload, Categories.HUGE)).isZero();
      assertThat(workload.startsInHugePages()).isFalse();
    }
  }

  @Test
  void onlyThePagesRevealedAreWrittenOfHugeOnes() {
    try (SimWorkload workload = SimWorkload.start(kernel, PLAN, 0)) {
      TrackedProcess process = kernel.open(workload.pid());
      PageRange range = workload.ranges().get(0);
      ScanRequest request = ScanRequest.takeWritten(range.startVpn(), range.endVpn());
      PageRegionBuffer written = new PageRegionBuffer(64);
      process.scan(request, written);
      workload.beginRound(1);
      workload.write(1);
      process.scan(request, written);
      ChangedPages revealed = workload.reveal();
      assertThat(revealed.ranges()).isEqualTo(written.size());
      for (int i = 0; i < written.size(); i++) {
        assertThat(revealed.startVpn(i)).isEqualTo(written.startVpn(i));
        assertThat(revealed.endVpn(i)).isEqualTo(written.endVpn(i));
      }
    }
  }

  @Test
  void pagesBeyondAnIntLieInTheFirstPartOfEveryHugePage() {
    WorkloadPlan plan = new WorkloadPlan(1L << 32, 1000, PagePattern.UNIFORM, 1);
    assertThat(plan.writablePages()).isEqualTo(1 << 30);
    assertThat(List.of(plan.pageAt(0), plan.pageAt(127), plan.pageAt(128)))
        .containsExactly(0L, 127L, 512L);
    assertThat(plan.pageAt((1 << 30) - 1)).isEqualTo((1L << 32) - 512 + 127);
    WorkloadPlan small = new WorkloadPlan(1L << 30, 1000, PagePattern.UNIFORM, 1);
    assertThat(small.pageAt((1 << 30) - 1)).isEqualTo((1L << 30) - 1);
  }

  private static long length(PageRegion region) {
    return region.endVpn() - region.startVpn();
  }

  private long pages(SimWorkload workload, long category) {
    PageRange range = workload.ranges().get(0);
    PageRegionBuffer regions = new PageRegionBuffer(64);
    kernel
        .open(workload.pid())
        .scan(ScanRequest.of(range.startVpn(), range.endVpn(), category), regions);
    return regions.toList().stream().mapToLong(SimWorkloadTest::length).sum();
  }
}
