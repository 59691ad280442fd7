package io.github.dirtyrange.conform.selftest;

import static io.github.dirtyrange.conform.selftest.Scene.page;
import static io.github.dirtyrange.conform.selftest.Scene.pages;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.dirtyrange.kernel.Categories;
import io.github.dirtyrange.kernel.PageRange;
import io.github.dirtyrange.kernel.PagemapEntry;
import io.github.dirtyrange.kernel.sim.mm.Madvise.Advice;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** Guard regions as trackers see them: the pagemap cases of the kernel's guard-regions.c. */
@ParameterizedClass(name = "{0}")
@MethodSource("io.github.dirtyrange.conform.selftest.SelftestKernel#all")
class GuardRegionScenariosTest {

  private static final PageRange AREA = pages(0, 10);
  private static final PageRange[] GUARDED = {page(0), page(2), page(4), page(6), page(8)};

  private final SelftestKernel kernel;
  private Scene scene;

  GuardRegionScenariosTest(SelftestKernel kernel) {
    this.kernel = kernel;
    scene = Scene.small(kernel);
  }

  @BeforeEach
  void guardsEveryOtherPage() {
    kernel.needsGuardRegions();
    scene = Scene.small(kernel);
    scene.map(AREA);
    for (PageRange range : GUARDED) {
      scene.advise(range, Advice.GUARD_INSTALL);
    }
  }

  @Test
  void pagemapShowsThem() {
    scene.expectBit(PagemapEntry.GUARD, GUARDED);
  }

  @Test
  void pagemapScanShowsThem() {
    ScanAnswer answer = scene.scan(ScanCall.of(AREA, Categories.GUARD));
    assertThat(answer.pages()).containsExactly(GUARDED);
    assertThat(answer.walkEnd()).isEqualTo(10);
  }

  @Test
  void throwingPagesAwayLeavesThem() {
    scene.store(1);
    scene.advise(AREA, Advice.DONTNEED);
    scene.expectBit(PagemapEntry.GUARD, GUARDED);
    scene.advise(AREA, Advice.FREE);
    scene.expectBit(PagemapEntry.GUARD, GUARDED);
  }

  @Test
  void childHasThem() {
    scene.fork(1);
    scene.become(1);
    scene.expectBit(PagemapEntry.GUARD, GUARDED);
  }

  @Test
  void theyMoveWithTheMapping() {
    scene.move(pages(2, 4), 20);
    scene.expectBit(PagemapEntry.GUARD, page(0), page(4), page(6), page(8), page(20));
  }

  @Test
  void removingThemLeavesEmptyPages() {
    scene.advise(AREA, Advice.GUARD_REMOVE);
    scene.expectBit(PagemapEntry.GUARD);
    scene.store(0);
  }
}
