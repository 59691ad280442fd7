package io.github.dirtyrange.conform.selftest;

import static io.github.dirtyrange.conform.selftest.Scene.BLOCK;
import static io.github.dirtyrange.conform.selftest.Scene.page;
import static io.github.dirtyrange.conform.selftest.Scene.pages;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.dirtyrange.kernel.Categories;
import io.github.dirtyrange.kernel.PageRange;
import io.github.dirtyrange.kernel.PageRegion;
import io.github.dirtyrange.kernel.sim.machine.Quirk;
import io.github.dirtyrange.kernel.sim.mm.Madvise;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What is written since it was armed: the tracking cases of the kernel's pagemap_ioctl.c. */
@ParameterizedClass(name = "{0}")
@MethodSource("io.github.dirtyrange.conform.selftest.SelftestKernel#all")
class ScanTrackingScenariosTest {

  private static final PageRange HUGE_PAGE = pages(BLOCK, BLOCK + 512);

  private final SelftestKernel kernel;

  ScanTrackingScenariosTest(SelftestKernel kernel) {
    this.kernel = kernel;
  }

  @BeforeEach
  void needsPagemapScan() {
    kernel.needsPagemapScan();
  }

  /** test_simple. */
  @Test
  void everyWriteShowsUntilItIsRearmed() {
    Scene scene = Scene.small(kernel);
    scene.map(page(0));
    scene.track(page(0));
    for (int round = 0; round < 50; round++) {
      scene.expectWritten(page(0));
      scene.store(0);
      scene.expectWritten(page(0), page(0));
      scene.scan(ScanCall.written(page(0)).rearming());
    }
  }

  /** base_tests, over every kind of memory. */
  @ParameterizedTest
  @EnumSource
  void writtenPagesAreExactlyTheWrittenOnes(Memory memory) {
    Scene scene = Scene.small(kernel);
    PageRange area = pages(0, 32);
    memory.map(scene, area);
    exactly(scene, area);
  }

  @Test
  void writtenPagesOfALargeAreaAreExactlyTheWrittenOnes() {
    Scene scene = Scene.huge(kernel);
    PageRange area = pages(0, 1048);
    scene.mapPlain(area);
    exactly(scene, area);
  }

  @Test
  void writtenPagesOfAHugePageAreExactlyTheWrittenOnes() {
    Scene scene = Scene.huge(kernel);
    scene.mapHuge(HUGE_PAGE);
    scene.storeHuge(BLOCK);
    exactly(scene, HUGE_PAGE);
  }

  private static void exactly(Scene scene, PageRange area) {
    scene.track(area);
    scene.expectWritten(area);
    scene.store(area);
    scene.expectWritten(area, area);
    rearm(scene, area);
    scene.expectWritten(area);
    PageRange inner = pages(area.startVpn() + 1, area.endVpn() - 1);
    scene.store(inner);
    scene.expectWritten(area, inner);
    rearm(scene, area);
    long middle = area.startVpn() + area.pages() / 2;
    scene.store(middle);
    scene.expectWritten(area, page(middle));
    scene.store(middle - 3);
    scene.expectWritten(area, page(middle - 3), page(middle));
  }

  private static void rearm(Scene scene, PageRange area) {
    scene.scan(ScanCall.written(area).rearming());
  }

  /** hpage_unit_tests. */
  @Test
  void hugePageIsOneRegion() {
    Scene scene = hugePageRegistered();
    assertThat(scene.scan(ScanCall.written(HUGE_PAGE)).regions())
        .containsExactly(new PageRegion(BLOCK, BLOCK + 512, Categories.WRITTEN));
    rearm(scene, HUGE_PAGE);
    scene.expectWritten(HUGE_PAGE);
    scene.store(BLOCK + 7);
    scene.expectWritten(HUGE_PAGE, page(BLOCK + 7));
  }

  @Test
  void halfOfAHugePageCanBeRearmed() {
    PageRange first = pages(BLOCK, BLOCK + 256);
    PageRange second = pages(BLOCK + 256, BLOCK + 512);

    Scene byRange = hugePageRegistered();
    rearm(byRange, first);
    byRange.expectWritten(HUGE_PAGE, second);

    Scene bySecond = hugePageRegistered();
    rearm(bySecond, second);
    bySecond.expectWritten(HUGE_PAGE, first);

    Scene byLimit = hugePageRegistered();
    ScanAnswer answer = byLimit.scan(ScanCall.written(HUGE_PAGE).rearming().maxPages(256));
    assertThat(answer.pages()).containsExactly(first);
    byLimit.expectWritten(HUGE_PAGE, second);
  }

  @Test
  void limitCutsAHugePage() {
    Scene scene = hugePageRegistered();
    ScanAnswer half = scene.scan(ScanCall.written(HUGE_PAGE).maxPages(256));
    assertThat(half.pages()).containsExactly(pages(BLOCK, BLOCK + 256));
    ScanAnswer rest = scene.scan(ScanCall.written(pages(half.walkEnd(), BLOCK + 512)));
    assertThat(rest.pages()).containsExactly(pages(BLOCK + 256, BLOCK + 512));
  }

  private Scene hugePageRegistered() {
    Scene scene = Scene.huge(kernel);
    scene.mapHuge(HUGE_PAGE);
    scene.storeHuge(BLOCK);
    scene.register(HUGE_PAGE);
    return scene;
  }

  /** mprotect_tests. */
  @Test
  void protectionNeitherArmsNorWrites() {
    Scene scene = Scene.small(kernel);
    PageRange both = pages(0, 2);
    scene.map(both);
    scene.store(both);
    scene.register(both);
    protectAndBack(scene, both);
    scene.expectWritten(both, both);
    rearm(scene, both);
    protectAndBack(scene, page(1));
    scene.expectWritten(both);
    scene.store(both);
    scene.expectWritten(both, both);
  }

  private static void protectAndBack(Scene scene, PageRange range) {
    scene.protect(range, Scene.READ);
    scene.protect(range, Scene.READ_WRITE);
  }

  @Test
  void newMappingInTheMiddleIsNotTracked() {
    Scene scene = Scene.small(kernel);
    scene.map(pages(0, 3));
    scene.track(pages(0, 3));
    scene.map(page(1));
    ScanCall tracked = ScanCall.of(pages(0, 3), Categories.WPALLOWED);
    assertThat(scene.scan(tracked).pages()).containsExactly(page(0), page(2));
    ScanCall strict = ScanCall.written(pages(0, 3)).rearming();
    assertThat(scene.scan(strict).summary()).isEqualTo("EPERM");
  }

  /** zeropfn_tests. */
  @Test
  void hugeZeroPageIsZeroAndHuge() {
    Scene scene = Scene.huge(kernel);
    scene.mapHuge(HUGE_PAGE);
    scene.load(BLOCK);
    ScanAnswer huge = scene.scan(ScanCall.of(HUGE_PAGE, Categories.HUGE));
    kernel.needsHugePage(!huge.pages().isEmpty());
    ScanCall call = ScanCall.of(HUGE_PAGE, Categories.HUGE | Categories.PFNZERO);
    if (kernel.has(Quirk.NO_ZERO_PAGE)) {
      assertThat(scene.scan(call).pages()).isEmpty();
    } else {
      assertThat(scene.scan(call).pages()).containsExactly(HUGE_PAGE);
    }
  }

  /**
   * unpopulated_scan: pages thrown away read written, as their content changed. 6.12 says so only
   * when nothing else is asked, which was mended in 7.2.
   */
  @Test
  void pagesThrownAwayReadWritten() {
    Scene scene = Scene.small(kernel);
    PageRange area = pages(0, 4);
    scene.map(area);
    scene.store(area);
    scene.track(area);
    scene.advise(pages(1, 3), Madvise.Advice.DONTNEED);
    scene.expectWritten(area, pages(1, 3));
    ScanCall more = ScanCall.written(area).returning(Categories.WRITTEN | Categories.PRESENT);
    if (kernel.has(Quirk.EMPTY_ENTRY_WRITTEN_IF_ASKED_ALONE)) {
      assertThat(scene.scan(more).pages()).isEmpty();
    } else {
      assertThat(scene.scan(more).pages()).containsExactly(pages(1, 3));
    }
  }

  /** unpopulated_hole: the same of a huge page, which leaves no page table behind. */
  @Test
  void hugePageThrownAwayReadsWritten() {
    Scene scene = hugePageRegistered();
    rearm(scene, HUGE_PAGE);
    scene.expectWritten(HUGE_PAGE);
    scene.advise(HUGE_PAGE, Madvise.Advice.DONTNEED);
    if (kernel.has(Quirk.HOLE_NEVER_WRITTEN)) {
      scene.expectWritten(HUGE_PAGE);
    } else {
      scene.expectWritten(HUGE_PAGE, HUGE_PAGE);
    }
  }

  /** transact_test: no write is lost between a scan that re-arms and the next. */
  @Test
  void noWriteIsLostToScansThatGoOnMeanwhile() {
    kernel.needsTwoProcessors();
    try (ScanRace race = new ScanRace()) {
      for (int round = 1; round <= 50; round++) {
        assertThat(race.play(round)).as("pages not found in round %d", round).isZero();
      }
    }
  }
}
