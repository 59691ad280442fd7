package io.github.dirtyrange.conform.selftest;

import static io.github.dirtyrange.conform.selftest.Scene.BLOCK;
import static io.github.dirtyrange.conform.selftest.Scene.page;
import static io.github.dirtyrange.conform.selftest.Scene.pages;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.dirtyrange.kernel.PageRange;
import io.github.dirtyrange.kernel.PagemapEntry;
import io.github.dirtyrange.kernel.sim.machine.Quirk;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Losses that the kernel's source suggests and that take settings of the whole machine to show: the
 * kernel of a guest only. docs/kernels.md has the verdicts.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class GuestLossScenariosTest {

  private static final PageRange HUGE_PAGE = pages(BLOCK, BLOCK + 512);
  private static final PageRange FIRST_HALF = pages(BLOCK, BLOCK + 256);
  private static final int MERGEABLE = 12;
  private static final int PAGEOUT = 21;
  private static final int MOST_TRIES = 600;
  private static final int FIRST_DELAY = 10;
  private static final int DELAYS = 40;

  private final SelftestKernel kernel;

  GuestLossScenariosTest() {
    GuestMachine.needed();
    kernel = SelftestKernel.running();
  }

  @AfterAll
  void close() {
    kernel.close();
  }

  /** Pages written since the clear read clean once they have been merged with equal ones. */
  @Test
  void mergedPagesReadClean() {
    kernel.needsSoftDirty();
    Scene scene = Scene.small(kernel);
    PageRange area = pages(0, 32);
    scene.map(area);
    scene.clearSoftDirty();
    scene.storeAlike(area);
    scene.expectSoftDirty(area);
    scene.advise(area, MERGEABLE);
    GuestMachine.mergeSamePages();
    assertThat(dirtyPages(scene)).as(scene::toString).isLessThanOrEqualTo(1);
  }

  /** A written page of shared memory reads clean once it has been reclaimed. */
  @ParameterizedTest
  @EnumSource(names = {"SHARED", "SHARED_MEMFD"})
  void reclaimedSharedPageReadsClean(Memory memory) {
    kernel.needsSoftDirty();
    Scene scene = Scene.small(kernel);
    memory.map(scene, pages(0, 2));
    scene.clearSoftDirty();
    scene.store(pages(0, 2));
    scene.advise(page(0), PAGEOUT);
    scene.expectBit(PagemapEntry.PRESENT, page(1));
    scene.expectSoftDirty(page(1));
    scene.load(0);
    scene.expectSoftDirty(page(1));
  }

  /** One byte written to an armed huge page of shared memory: too much, but no loss. */
  @Test
  void armedHugePageOfSharedMemoryIsWrittenAsAWhole() {
    kernel.needsPagemapScan();
    GuestMachine.withHugeSharedMemory(
        () -> {
          Scene scene = armedHugePage();
          scene.store(BLOCK + 7);
          scene.expectWritten(HUGE_PAGE, HUGE_PAGE);
        });
  }

  /** Its split throws the entry away, and with it, where holes never read WRITTEN, the write. */
  @Test
  void splitOfAHugePageOfSharedMemoryForgetsThatItWasWritten() {
    kernel.needsPagemapScan();
    GuestMachine.withHugeSharedMemory(
        () -> {
          Scene scene = armedHugePage();
          scene.store(BLOCK + 7);
          scene.protect(FIRST_HALF, Scene.READ);
          if (kernel.has(Quirk.HOLE_NEVER_WRITTEN)) {
            scene.expectWritten(HUGE_PAGE);
          } else {
            scene.expectWritten(HUGE_PAGE, HUGE_PAGE);
          }
        });
  }

  /** What was armed and not written reads written after a split where holes do: too much. */
  @Test
  void splitOfAHugePageOfSharedMemoryDisarmsIt() {
    kernel.needsPagemapScan();
    GuestMachine.withHugeSharedMemory(
        () -> {
          Scene scene = armedHugePage();
          scene.protect(FIRST_HALF, Scene.READ);
          scene.expectBit(PagemapEntry.UFFD_WP);
          scene.store(BLOCK + 300);
          assertThat(scene.scan(ScanCall.written(HUGE_PAGE)).pages())
              .as(scene::toString)
              .anyMatch(range -> range.contains(BLOCK + 300));
        });
  }

  private Scene armedHugePage() {
    Scene scene = hugePageOfSharedMemory();
    scene.register(HUGE_PAGE);
    scene.scan(ScanCall.written(HUGE_PAGE).rearming());
    scene.expectBit(PagemapEntry.UFFD_WP, HUGE_PAGE);
    return scene;
  }

  private Scene hugePageOfSharedMemory() {
    Scene scene = Scene.huge(kernel);
    scene.map(HUGE_PAGE, Scene.READ_WRITE, Scene.SHARED);
    scene.storeHuge(BLOCK);
    return scene;
  }

  /** The same split loses bit 55. */
  @Test
  void splitOfAHugePageOfSharedMemoryReadsClean() {
    kernel.needsSoftDirty();
    GuestMachine.withHugeSharedMemory(
        () -> {
          Scene scene = hugePageOfSharedMemory();
          scene.clearSoftDirty();
          scene.store(BLOCK + 7);
          scene.expectSoftDirty(HUGE_PAGE);
          scene.protect(FIRST_HALF, Scene.READ);
          scene.expectSoftDirty();
        });
  }

  /**
   * Pages under migration while soft-dirty is cleared are not reported however they are written.
   */
  @Test
  void pagesMigratedDuringAClearStayClean() throws Exception {
    kernel.needsSoftDirty();
    GuestMachine.needsTwoNodes();
    int tries = 0;
    int lost = 0;
    try (MigrationRace race = new MigrationRace()) {
      while (lost == 0 && tries < MOST_TRIES) {
        lost = race.play(FIRST_DELAY + tries % DELAYS);
        tries++;
      }
    }
    assumeTrue(lost > 0, kernel + ": not reproduced in " + tries + " tries");
    System.out.printf(
        "%s: try %d lost the writes to %d of %d pages%n", kernel, tries, lost, MigrationRace.PAGES);
  }

  private static long dirtyPages(Scene scene) {
    return scene.pagesWith(PagemapEntry.SOFT_DIRTY).stream().mapToLong(PageRange::pages).sum();
  }
}
