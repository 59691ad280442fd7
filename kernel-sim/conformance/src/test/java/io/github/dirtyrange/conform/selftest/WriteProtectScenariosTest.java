package io.github.dirtyrange.conform.selftest;

import static io.github.dirtyrange.conform.selftest.Scene.page;
import static io.github.dirtyrange.conform.selftest.Scene.pages;

import io.github.dirtyrange.kernel.PageRange;
import io.github.dirtyrange.kernel.PagemapEntry;
import io.github.dirtyrange.kernel.sim.mm.Madvise.Advice;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Where the write-protection of userfaultfd goes with the pages and where not: the cases of the
 * kernel's uffd-unit-tests.c and uffd-wp-mremap.c, seen in bit 57.
 */
@ParameterizedClass(name = "{0}")
@MethodSource("io.github.dirtyrange.conform.selftest.SelftestKernel#all")
class WriteProtectScenariosTest {

  private static final long BIT = PagemapEntry.UFFD_WP;
  private static final PageRange AREA = pages(0, 4);

  private final SelftestKernel kernel;

  WriteProtectScenariosTest(SelftestKernel kernel) {
    this.kernel = kernel;
  }

  @BeforeEach
  void needsWriteProtection() {
    kernel.needsPagemapScan();
  }

  /** wp-fork: a child has no protection without the event that tells of it. */
  @ParameterizedTest
  @EnumSource(names = {"ANONYMOUS", "SHARED", "SHARED_MEMFD", "PRIVATE_MEMFD"})
  void childIsNotProtected(Memory memory) {
    Scene scene = Scene.small(kernel);
    memory.map(scene, AREA);
    scene.store(AREA);
    scene.track(AREA);
    scene.fork(1);
    scene.expectBit(BIT, AREA);
    scene.become(1);
    scene.expectBit(BIT);
    scene.become(0);
    scene.unprotect(AREA);
    scene.expectBit(BIT);
  }

  /** wp-fork, of a page that is gone: its marker protects shared memory, not private. */
  @ParameterizedTest
  @EnumSource(names = {"SHARED", "SHARED_MEMFD"})
  void childHasNoMarkerOfAPageThatIsGone(Memory memory) {
    Scene scene = Scene.small(kernel);
    memory.map(scene, AREA);
    scene.store(AREA);
    scene.track(AREA);
    scene.advise(AREA, Advice.DONTNEED);
    scene.expectBit(BIT, AREA);
    scene.fork(1);
    scene.become(1);
    scene.expectBit(BIT);
    scene.become(0);
    scene.unprotect(AREA);
    scene.expectBit(BIT);
  }

  /** wp-unpopulated. */
  @Test
  void untouchedPageIsProtectedByAMarker() {
    Scene scene = Scene.small(kernel);
    scene.map(AREA);
    scene.track(AREA);
    scene.expectBit(BIT, AREA);
    scene.unprotect(page(0));
    scene.expectBit(BIT, pages(1, 4));
    scene.load(1);
    scene.expectBit(BIT, pages(1, 4));
    scene.store(1);
    scene.expectBit(BIT, pages(2, 4));
    scene.advise(page(2), Advice.DONTNEED);
    scene.expectBit(BIT, page(3));
    scene.store(2);
    scene.expectBit(BIT, page(3));
  }

  /** uffd-wp-mremap: no page keeps its protection in a new place that nobody was told of. */
  @ParameterizedTest
  @EnumSource(names = {"ANONYMOUS", "SHARED", "SHARED_MEMFD", "PRIVATE_MEMFD"})
  void movedPagesAreNotProtected(Memory memory) {
    Scene scene = Scene.small(kernel);
    memory.map(scene, AREA);
    scene.store(pages(0, 2));
    scene.track(AREA);
    scene.expectBit(BIT, AREA);
    scene.move(AREA, 20);
    scene.expectBit(BIT);
    scene.store(20);
  }

  @Test
  void movedHugePageIsNotProtected() {
    Scene scene = Scene.huge(kernel);
    PageRange block = pages(Scene.BLOCK, Scene.BLOCK + 512);
    scene.mapHuge(block);
    scene.storeHuge(Scene.BLOCK);
    scene.track(block);
    scene.expectBit(BIT, block);
    scene.move(block, Scene.BLOCK + 512);
    scene.expectBit(BIT);
  }

  @Test
  void nothingIsProtectedOnceItIsUnregistered() {
    Scene scene = Scene.small(kernel);
    scene.map(AREA);
    scene.store(page(0));
    scene.track(AREA);
    scene.unregister(AREA);
    scene.expectBit(BIT);
  }
}
