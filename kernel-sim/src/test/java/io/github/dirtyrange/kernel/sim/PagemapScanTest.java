package io.github.dirtyrange.kernel.sim;

import static io.github.dirtyrange.kernel.Categories.HUGE;
import static io.github.dirtyrange.kernel.Categories.PRESENT;
import static io.github.dirtyrange.kernel.Categories.WPALLOWED;
import static io.github.dirtyrange.kernel.Categories.WRITTEN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.dirtyrange.kernel.Errno;
import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.kernel.PageRegion;
import io.github.dirtyrange.kernel.PageRegionBuffer;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.ScanRequest;
import io.github.dirtyrange.kernel.TrackedProcess;
import io.github.dirtyrange.kernel.sim.machine.Profile;
import io.github.dirtyrange.kernel.sim.mm.Madvise;
import io.github.dirtyrange.kernel.sim.mm.Mmap;
import io.github.dirtyrange.kernel.sim.mm.Prot;
import org.junit.jupiter.api.Test;

class PagemapScanTest {

  private static final long START = 1 << 20;
  private static final int FIXED = Mmap.PRIVATE | Mmap.ANONYMOUS | Mmap.FIXED;

  private SimProcess process = new SimKernel(Profile.V7_3).spawn();
  private TrackedProcess tracked = process.tracked();

  private void on(Profile profile) {
    process = new SimKernel(profile).spawn();
    tracked = process.tracked();
  }

  private void map(int pages) {
    process.mmap(Pages.address(START), Pages.address(pages), Prot.READ | Prot.WRITE, FIXED);
  }

  private void store(int page) {
    process.store(Pages.address(START + page), 1);
  }

  private long categories(int page, long returned) {
    PageRegionBuffer regions = new PageRegionBuffer(1);
    tracked.scan(ScanRequest.of(START + page, START + page + 1, 0).returning(returned), regions);
    return regions.categories(0);
  }

  private Errno refusal(ScanRequest request) {
    return catchThrowableOfType(
            KernelException.class, () -> tracked.scan(request, new PageRegionBuffer(1)))
        .errno();
  }

  @Test
  void everyOtherPageWrittenGivesARegionEach() {
    map(10);
    process.registerWriteProtect(START, START + 10);
    tracked.scan(ScanRequest.takeWritten(START, START + 10), new PageRegionBuffer(1));
    for (int page = 0; page < 10; page += 2) {
      store(page);
    }
    PageRegionBuffer regions = new PageRegionBuffer(10);
    long walkEnd = tracked.scan(ScanRequest.takeWritten(START, START + 10), regions);

    assertThat(regions.size()).isEqualTo(5);
    assertThat(regions.toList().get(1)).isEqualTo(new PageRegion(START + 2, START + 3, WRITTEN));
    assertThat(walkEnd).isEqualTo(Pages.address(START + 10));
    tracked.scan(ScanRequest.takeWritten(START, START + 10), regions);
    assertThat(regions.size()).isZero();
  }

  @Test
  void aFullBufferEndsTheWalkAtTheNextMatch() {
    map(10);
    store(0);
    store(3);

    PageRegionBuffer regions = new PageRegionBuffer(1);
    long walkEnd = tracked.scan(ScanRequest.of(START, START + 10, PRESENT), regions);

    assertThat(regions.endVpn(0)).isEqualTo(START + 1);
    assertThat(walkEnd).isEqualTo(Pages.address(START + 3));
  }

  @Test
  void aReadOverAMarkerKeepsTheProtectionAndAWriteLiftsIt() {
    map(2);
    process.registerWriteProtect(START, START + 2);
    tracked.scan(ScanRequest.takeWritten(START, START + 2), new PageRegionBuffer(1));
    process.load(Pages.address(START));
    assertThat(categories(0, PRESENT | WRITTEN)).isEqualTo(PRESENT);
    store(0);
    assertThat(categories(0, PRESENT | WRITTEN)).isEqualTo(PRESENT | WRITTEN);
    store(1);
    assertThat(categories(1, PRESENT | WRITTEN)).isEqualTo(PRESENT | WRITTEN);
  }

  @Test
  void argumentsAreRefusedAsLinuxRefusesThem() {
    map(2);
    ScanRequest good = ScanRequest.of(START, START + 2, PRESENT);

    assertThat(refusal(good.withFlags(4))).isEqualTo(Errno.EINVAL);
    assertThat(refusal(good.returning(1 << 10))).isEqualTo(Errno.EINVAL);
    assertThat(refusal(good.from(Pages.address(START) + 1))).isEqualTo(Errno.EINVAL);
    assertThat(refusal(good.from(Pages.address(START + 3)))).isEqualTo(Errno.EFAULT);
    assertThat(refusal(ScanRequest.of(START, 1L << 36, 0))).isEqualTo(Errno.EFAULT);
    assertThat(refusal(good.withFlags(ScanRequest.CHECK_WPASYNC))).isEqualTo(Errno.EPERM);
  }

  @Test
  void theNewestKernelSaysWrittenOnlyWhereRegistered() {
    map(600);
    store(0);
    assertThat(categories(0, WRITTEN | WPALLOWED)).isZero();
    process.registerWriteProtect(START, START + 600);

    assertThat(categories(0, WRITTEN | WPALLOWED)).isEqualTo(WRITTEN | WPALLOWED);
    assertThat(categories(1, WRITTEN)).isEqualTo(WRITTEN);
    assertThat(categories(599, WRITTEN)).isEqualTo(WRITTEN);
  }

  @Test
  void linux618SaysWrittenOfEmptyEntriesButNotOfHoles() {
    on(Profile.V6_18);
    map(600);
    store(0);

    assertThat(categories(0, WRITTEN)).isEqualTo(WRITTEN);
    assertThat(categories(1, WRITTEN)).isEqualTo(WRITTEN);
    assertThat(categories(599, WRITTEN)).isZero();
  }

  @Test
  void linux612SaysWrittenOfEmptyEntriesWhenAskedForNothingElse() {
    on(Profile.V6_12);
    map(600);
    store(0);
    assertThat(categories(1, WRITTEN)).isZero();

    PageRegionBuffer regions = new PageRegionBuffer(2);
    tracked.scan(ScanRequest.of(START, START + 600, WRITTEN), regions);
    assertThat(regions.toList()).containsExactly(new PageRegion(START, START + 512, WRITTEN));
  }

  @Test
  void aLongListOfRegionsLeavesAStaleWalkEnd() {
    on(Profile.V6_18);
    map(2_000);
    for (int page = 0; page < 2_000; page += 2) {
      store(page);
    }
    PageRegionBuffer regions = new PageRegionBuffer(5_000);
    long walkEnd = tracked.scan(ScanRequest.of(START, START + 2_000, PRESENT), regions);

    assertThat(regions.size()).isEqualTo(1_000);
    assertThat(walkEnd).isEqualTo(Pages.address(START + 1_024));
  }

  @Test
  void linux61HasNoSuchCall() {
    on(Profile.V6_1);
    map(1);

    assertThat(refusal(ScanRequest.of(START, START + 1, PRESENT))).isEqualTo(Errno.ENOTTY);
  }

  @Test
  void aLimitThatSplitsAHugePageLeavesItsEndThoughNothingIsFoundInTheParts() {
    process.mmap(Pages.address(START), Pages.address(1024), Prot.READ | Prot.WRITE, FIXED);
    process.madvise(Pages.address(START), Pages.address(1024), Madvise.Advice.HUGEPAGE);
    store(0);
    process.registerWriteProtect(START, START + 1024);
    ScanRequest request =
        new ScanRequest(
            ScanRequest.WP_MATCHING,
            Pages.address(START),
            Pages.address(START + 1024),
            12,
            0,
            0,
            HUGE,
            HUGE);
    PageRegionBuffer regions = new PageRegionBuffer(5);

    assertThat(tracked.scan(request, regions)).isEqualTo(Pages.address(START + 12));
    assertThat(regions.size()).isZero();
  }
}
