package io.github.dirtyrange.conform.selftest;

import static io.github.dirtyrange.conform.selftest.Scene.BLOCK;
import static io.github.dirtyrange.conform.selftest.Scene.page;
import static io.github.dirtyrange.conform.selftest.Scene.pages;

import io.github.dirtyrange.kernel.PageRange;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** Losses that the kernel's source suggests, each tried; docs/kernels.md has the verdicts. */
@ParameterizedClass(name = "{0}")
@MethodSource("io.github.dirtyrange.conform.selftest.SelftestKernel#all")
class SuspectedLossScenariosTest {

  private static final PageRange SOURCE = pages(BLOCK, BLOCK + 512);
  private static final PageRange TARGET = pages(BLOCK + 512, BLOCK + 1024);

  private final SelftestKernel kernel;

  SuspectedLossScenariosTest(SelftestKernel kernel) {
    this.kernel = kernel;
  }

  @BeforeEach
  void needsSoftDirty() {
    kernel.needsSoftDirty();
  }

  private Scene twoCleanBlocks() {
    Scene scene = Scene.huge(kernel);
    scene.mapPlain(pages(BLOCK, BLOCK + 1024));
    scene.store(SOURCE.startVpn());
    scene.store(TARGET.startVpn());
    scene.clearSoftDirty();
    return scene;
  }

  /** A page table that mremap moves as a whole takes its clean bits over other content. */
  @Test
  void pagesMovedWithTheirPageTableReadClean() {
    Scene scene = twoCleanBlocks();
    scene.move(SOURCE, TARGET.startVpn());
    scene.expectSoftDirty();
  }

  /** The same with one page less: the populated page reads dirty, as it should. */
  @Test
  void pagesMovedOneByOneReadDirty() {
    Scene scene = twoCleanBlocks();
    scene.move(pages(BLOCK, BLOCK + 511), TARGET.startVpn());
    scene.expectSoftDirty(page(TARGET.startVpn()));
  }
}
