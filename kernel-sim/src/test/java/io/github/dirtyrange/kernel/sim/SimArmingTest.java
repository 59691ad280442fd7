package io.github.dirtyrange.kernel.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dirtyrange.kernel.Arming;
import io.github.dirtyrange.kernel.Categories;
import io.github.dirtyrange.kernel.ChangeQueue;
import io.github.dirtyrange.kernel.ChangeQueueOptions;
import io.github.dirtyrange.kernel.Errno;
import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.kernel.PageRange;
import io.github.dirtyrange.kernel.PageRegion;
import io.github.dirtyrange.kernel.PageRegionBuffer;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.ScanRequest;
import io.github.dirtyrange.kernel.TrackedProcess;
import io.github.dirtyrange.kernel.TrackedRanges;
import io.github.dirtyrange.kernel.sim.machine.Profile;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A simulated process armed by its tracker, as on Linux. */
class SimArmingTest {

  private static final TrackedRanges ALL = TrackedRanges.allOfUserSpace();

  private final SimProcess process = new SimKernel(Profile.V6_18).spawn();
  private final TrackedProcess tracked = process.tracked();

  private long map(int pages) {
    long address = process.mmap((long) pages * Pages.SIZE);
    process.storeRange(address, (long) pages * Pages.SIZE, 1);
    return Pages.vpn(address);
  }

  private List<PageRegion> written() {
    PageRegionBuffer regions = new PageRegionBuffer(100);
    ScanRequest request =
        ScanRequest.of(0, TrackedRanges.USER_END_VPN, Categories.WRITTEN | Categories.WPALLOWED);
    tracked.scan(request.withFlags(ScanRequest.WP_MATCHING), regions);
    return regions.toList();
  }

  private String flags(long vpn) {
    return process.vmFlags(Pages.address(vpn)) + " ";
  }

  private static PageRegion region(long vpn) {
    return new PageRegion(vpn, vpn + 1, Categories.WRITTEN | Categories.WPALLOWED);
  }

  @Test
  void writesAfterArmingAreSeenAndClosingLeavesNoRegistration() {
    long vpn = map(8);
    try (Arming arming = tracked.arm(ALL)) {
      assertThat(written()).isEmpty();
      process.store(Pages.address(vpn + 3), 2);
      assertThat(written()).containsExactly(region(vpn + 3));
      assertThat(arming.refused()).isEmpty();
      assertThat(flags(vpn)).contains(" uw ");
    }
    assertThat(flags(vpn)).doesNotContain(" uw ");
    assertThat(process.load(Pages.address(vpn + 3))).isEqualTo(2);
  }

  @Test
  void aMappingMadeLaterIsAddedByRefreshAndOnce() {
    map(8);
    try (Arming arming = tracked.arm(ALL)) {
      assertThat(arming.refresh()).isEmpty();
      long later = map(4);
      assertThat(arming.refresh()).containsExactly(new PageRange(later, later + 4));
      assertThat(arming.refresh()).isEmpty();
      process.store(Pages.address(later + 1), 2);
      assertThat(written()).containsExactly(region(later + 1));
    }
  }

  @Test
  void aQueueOfTheWholeProcessSeesAMappingMadeAfterOpening() {
    map(8);
    try (Arming arming = tracked.arm(ALL);
        ChangeQueue queue = tracked.openChangeQueue(new ChangeQueueOptions(ALL, 1 << 20))) {
      queue.drain((start, end, changed, now) -> {});
      long later = map(4);
      assertThat(arming.refresh()).hasSize(1);
      List<PageRange> changed = new ArrayList<>();
      queue.drain((start, end, bits, now) -> changed.add(new PageRange(start, end)));
      assertThat(changed).containsExactly(new PageRange(later, later + 4));
    }
  }

  @Test
  void whatIsExcludedIsNotArmed() {
    long vpn = map(8);
    PageRange excluded = new PageRange(vpn + 2, vpn + 5);
    try (Arming arming = tracked.arm(ALL.without(List.of(excluded)))) {
      assertThat(flags(vpn + 1)).contains(" uw ");
      assertThat(flags(vpn + 2)).doesNotContain(" uw ");
      assertThat(flags(vpn + 5)).contains(" uw ");
      assertThat(arming.refresh()).isEmpty();
    }
  }

  @Test
  void closingAfterTheEndIsQuiet() {
    map(8);
    Arming arming = tracked.arm(ALL);
    process.exit();
    arming.close();
    arming.close();
  }

  @Test
  void aKernelWithoutAsynchronousProtectionArmsNothing() {
    SimProcess old = new SimKernel(Profile.V6_1).spawn();
    old.mmap(Pages.SIZE);
    assertThatThrownBy(() -> old.tracked().arm(ALL))
        .isInstanceOfSatisfying(
            KernelException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EOPNOTSUPP));
  }
}
