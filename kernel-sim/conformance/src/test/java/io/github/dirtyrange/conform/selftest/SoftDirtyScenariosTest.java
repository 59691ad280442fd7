package io.github.dirtyrange.conform.selftest;

import static io.github.dirtyrange.conform.selftest.Scene.BLOCK;
import static io.github.dirtyrange.conform.selftest.Scene.page;
import static io.github.dirtyrange.conform.selftest.Scene.pages;

import io.github.dirtyrange.kernel.PageRange;
import io.github.dirtyrange.kernel.sim.machine.Quirk;
import io.github.dirtyrange.kernel.sim.mm.Madvise;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The cases of the kernel's soft-dirty.c, and the soft-dirty ones of its madv_populate.c. */
@ParameterizedClass(name = "{0}")
@MethodSource("io.github.dirtyrange.conform.selftest.SelftestKernel#all")
class SoftDirtyScenariosTest {

  private final SelftestKernel kernel;

  SoftDirtyScenariosTest(SelftestKernel kernel) {
    this.kernel = kernel;
  }

  @BeforeEach
  void needsSoftDirty() {
    kernel.needsSoftDirty();
  }

  /** test_simple. */
  @Test
  void everyClearAndEveryWriteShows() {
    Scene scene = Scene.small(kernel);
    scene.map(pages(0, 4));
    for (int round = 0; round < 50; round++) {
      scene.clearSoftDirty();
      scene.expectSoftDirty();
      scene.store(round % 4);
      scene.expectSoftDirty(page(round % 4));
    }
  }

  /** test_vma_reuse. */
  @Test
  void newMappingAtAnOldAddressReadsDirty() {
    Scene scene = Scene.small(kernel);
    scene.map(pages(0, 4));
    scene.expectSoftDirty(pages(0, 4));
    scene.clearSoftDirty();
    scene.unmap(pages(0, 4));
    scene.map(pages(0, 4));
    scene.expectSoftDirty(pages(0, 4));
  }

  /** test_hugepage: the bit of a huge page stands for all of its 512 pages. */
  @Test
  void hugePageIsCleanOrDirtyAsAWhole() {
    Scene scene = Scene.huge(kernel);
    PageRange block = pages(BLOCK, BLOCK + 512);
    scene.mapHuge(block);
    scene.storeHuge(BLOCK);
    for (int round = 0; round < 10; round++) {
      scene.clearSoftDirty();
      scene.expectSoftDirty();
      scene.store(BLOCK + round);
      scene.expectSoftDirty(block);
    }
  }

  /** test_mprotect_anon, test_mprotect_file. */
  @ParameterizedTest
  @EnumSource(names = {"ANONYMOUS", "SHARED", "SHARED_MEMFD", "SHARED_FILE"})
  void protectionNeitherSetsNorHidesABit(Memory memory) {
    Scene scene = Scene.small(kernel);
    memory.map(scene, page(0));
    scene.store(0);
    scene.expectSoftDirty(page(0));
    scene.clearSoftDirty();
    scene.expectSoftDirty();
    scene.protect(page(0), Scene.READ);
    scene.expectSoftDirty();
    scene.protect(page(0), Scene.READ_WRITE);
    scene.expectSoftDirty();
    scene.store(0);
    scene.expectSoftDirty(page(0));
  }

  /**
   * test_merge, by mremap: an untouched new mapping reads dirty, and must after it has joined a
   * clean one. Before 6.19 the clean one's flag decided for both, and the new page was lost.
   */
  @Test
  void newMappingStaysDirtyWhenMremapMergesItIntoACleanOne() {
    Scene scene = Scene.small(kernel);
    scene.map(page(0));
    scene.store(0);
    scene.clearSoftDirty();
    scene.map(page(scene.second()));
    scene.expectSoftDirty(page(scene.second()));
    scene.move(page(scene.second()), 1);
    if (kernel.has(Quirk.MERGE_FORGETS_SOFT_DIRTY)) {
      scene.expectSoftDirty();
    } else {
      scene.expectSoftDirty(pages(0, 2));
    }
  }

  /** test_merge, by mprotect of the clean mapping, whose flags became the flags of both. */
  @Test
  void newMappingStaysDirtyWhenMprotectMergesACleanOneIntoIt() {
    Scene scene = Scene.small(kernel);
    scene.map(page(0), Scene.READ, Scene.PRIVATE);
    scene.clearSoftDirty();
    scene.map(pages(1, 3));
    scene.protect(page(0), Scene.READ_WRITE);
    if (kernel.has(Quirk.MERGE_FORGETS_SOFT_DIRTY)) {
      scene.expectSoftDirty();
    } else {
      scene.expectSoftDirty(pages(0, 3));
    }
  }

  /** test_merge, by mprotect of the new mapping: too much on every kernel, and nothing lost. */
  @Test
  void newMappingStaysDirtyWhenMprotectMergesItIntoACleanOne() {
    Scene scene = Scene.small(kernel);
    scene.map(page(0));
    scene.clearSoftDirty();
    scene.map(pages(1, 3), Scene.READ, Scene.PRIVATE);
    scene.expectSoftDirty(pages(1, 3));
    scene.protect(pages(1, 3), Scene.READ_WRITE);
    scene.expectSoftDirty(pages(0, 3));
  }

  /** madv_populate.c: filling pages for reading is no write, filling them for writing is one. */
  @Test
  void populatingForWritingIsAWrite() {
    Scene scene = Scene.small(kernel);
    scene.map(pages(0, 4));
    scene.clearSoftDirty();
    scene.expectSoftDirty();
    scene.advise(pages(0, 4), Madvise.Advice.POPULATE_READ);
    scene.expectSoftDirty();
    scene.advise(pages(0, 2), Madvise.Advice.POPULATE_WRITE);
    scene.expectSoftDirty(pages(0, 2));
  }
}
