package io.github.dirtyrange.conform.selftest;

import static io.github.dirtyrange.conform.selftest.Scene.page;
import static io.github.dirtyrange.conform.selftest.Scene.pages;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.dirtyrange.conform.Operation;
import io.github.dirtyrange.kernel.Categories;
import io.github.dirtyrange.kernel.PageRange;
import io.github.dirtyrange.kernel.PageRegion;
import io.github.dirtyrange.kernel.ScanRequest;
import io.github.dirtyrange.kernel.sim.machine.Quirk;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the kernel's pagemap_ioctl.c asks of masks, flags and errors: its two groups "sanity". */
@ParameterizedClass(name = "{0}")
@MethodSource("io.github.dirtyrange.conform.selftest.SelftestKernel#all")
class ScanArgumentScenariosTest {

  private static final PageRange AREA = pages(0, 8);

  /** As the place for regions: NULL. */
  private static final long NOWHERE = 1;

  private static final long UNKNOWN = 1L << 20;
  private static final long BOTH = Categories.WRITTEN | Categories.PRESENT;

  private final SelftestKernel kernel;
  private Scene scene;

  ScanArgumentScenariosTest(SelftestKernel kernel) {
    this.kernel = kernel;
    scene = Scene.small(kernel);
  }

  @BeforeEach
  void tracksAnAreaInWhichTwoPagesAreWritten() {
    kernel.needsPagemapScan();
    scene = Scene.small(kernel);
    scene.map(AREA);
    scene.store(AREA);
    scene.track(AREA);
    scene.store(pages(2, 4));
  }

  @Test
  void emptyRangeHasNothing() {
    assertThat(scene.scan(ScanCall.written(AREA).ofNothing()).pages()).isEmpty();
  }

  @Test
  void withoutRoomNothingIsReported() {
    for (int time = 0; time < 2; time++) {
      ScanAnswer answer = scene.scan(ScanCall.written(AREA).room(0));
      assertThat(answer.summary()).isEqualTo("ok");
      assertThat(answer.outcome().value()).isZero();
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {4, 8, ScanRequest.WP_MATCHING | 4, 1L << 63})
  void unknownFlagIsRefused(long flags) {
    assertRefused(ScanCall.written(AREA).flags(flags));
  }

  @Test
  void unknownCategoryIsRefusedInEachMask() {
    ScanCall call = ScanCall.everything(AREA);
    assertRefused(call.inverted(UNKNOWN));
    assertRefused(call.required(UNKNOWN));
    assertRefused(call.anyOf(UNKNOWN));
    assertRefused(call.returning(UNKNOWN));
  }

  @Test
  void roomMustBeSomewhereAndTheStructureWhole() {
    assertThat(scene.attempt(malformed(0, NOWHERE)).summary()).isEqualTo("EINVAL");
    assertThat(scene.attempt(malformed(Long.BYTES, 0)).summary()).isEqualTo("EINVAL");
    assertThat(scene.attempt(malformed(0, 0)).summary()).isEqualTo("ok");
  }

  private Operation malformed(long oversize, long vec) {
    long written = Categories.WRITTEN;
    long end = scene.address(AREA.endVpn());
    return new Operation.Scan(
        0, 0, scene.address(0), end, 4, 0, 0, written, 0, written, oversize, vec);
  }

  private void assertRefused(ScanCall call) {
    assertThat(scene.scan(call).summary()).as(scene::toString).isEqualTo("EINVAL");
  }

  @Test
  void withoutMasksEveryPageMatches() {
    ScanAnswer answer = scene.scan(ScanCall.everything(AREA));
    assertThat(answer.regions()).containsExactly(new PageRegion(0, 8, 0));
  }

  @Test
  void cleanPagesMatchNoMaskOfWritten() {
    ScanCall call = ScanCall.everything(pages(4, 8));
    assertThat(scene.scan(call.required(Categories.WRITTEN)).pages()).isEmpty();
    assertThat(scene.scan(call.anyOf(Categories.WRITTEN)).pages()).isEmpty();
  }

  @Test
  void noPageHasEveryCategory() {
    long all = (Categories.SOFT_DIRTY << 1) - 1;
    assertThat(scene.scan(ScanCall.everything(AREA).required(all)).pages()).isEmpty();
  }

  @Test
  void invertedCategoryIsLookedForByItsAbsence() {
    ScanCall call = ScanCall.written(AREA).inverted(Categories.WRITTEN);
    assertThat(scene.scan(call).pages()).containsExactly(pages(0, 2), pages(4, 8));
    ScanCall absent = ScanCall.of(AREA, Categories.PRESENT).inverted(Categories.PRESENT);
    assertThat(scene.scan(absent).pages()).isEmpty();
  }

  @Test
  void anyOfTwoIsLessThanBothOfThem() {
    ScanCall call = ScanCall.everything(AREA).returning(BOTH);
    assertThat(scene.scan(call.anyOf(BOTH)).regions())
        .containsExactly(
            new PageRegion(0, 2, Categories.PRESENT),
            new PageRegion(2, 4, BOTH),
            new PageRegion(4, 8, Categories.PRESENT));
    assertThat(scene.scan(call.required(BOTH)).regions())
        .containsExactly(new PageRegion(2, 4, BOTH));
    assertThat(scene.scan(call.required(Categories.WRITTEN).anyOf(BOTH)).regions())
        .containsExactly(new PageRegion(2, 4, BOTH));
  }

  @Test
  void onlyCategoriesAskedForAreReturned() {
    ScanCall call = ScanCall.everything(AREA).anyOf(BOTH).returning(Categories.WRITTEN);
    assertThat(scene.scan(call).regions())
        .containsExactly(
            new PageRegion(0, 2, 0),
            new PageRegion(2, 4, Categories.WRITTEN),
            new PageRegion(4, 8, 0));
  }

  @Test
  void rearmingNeedNotAskForWritten() {
    ScanCall present = ScanCall.of(AREA, Categories.PRESENT).rearming();
    assertThat(scene.scan(present).pages()).containsExactly(AREA);
    scene.expectWritten(AREA);
  }

  @Test
  void pageOfAFileSaysSoUntilItIsCopied() {
    PageRange file = pages(scene.second(), scene.second() + 2);
    scene.mapFile(file, Scene.FILE, Scene.PRIVATE);
    scene.load(file.startVpn());
    assertThat(scene.scan(ScanCall.of(page(file.startVpn()), Categories.FILE)).count()).isOne();
    scene.track(file);
    scene.store(file.startVpn());
    assertThat(scene.scan(ScanCall.of(page(file.startVpn()), Categories.FILE)).count()).isZero();
    scene.expectWritten(file, page(file.startVpn()));
  }

  @Test
  void whereNothingIsMappedNothingMatches() {
    ScanAnswer answer = scene.scan(ScanCall.everything(pages(8, 32)));
    assertThat(answer.summary()).isEqualTo("ok");
    assertThat(answer.pages()).isEmpty();
  }

  @Test
  void mixedProtectionsAreArmedAlike() {
    scene.protect(page(2), Scene.READ);
    scene.protect(page(5), Scene.READ);
    scene.scan(ScanCall.written(AREA).rearming());
    scene.expectWritten(AREA);
  }

  @Test
  void pageThatWasOnlyReadIsTheZeroPage() {
    PageRange fresh = pages(scene.second(), scene.second() + 4);
    scene.map(fresh);
    scene.load(fresh.startVpn() + 1);
    ScanCall call = ScanCall.of(fresh, Categories.PFNZERO);
    if (kernel.has(Quirk.NO_ZERO_PAGE)) {
      assertThat(scene.scan(call).pages()).isEmpty();
    } else {
      assertThat(scene.scan(call).pages()).containsExactly(page(fresh.startVpn() + 1));
    }
  }
}
