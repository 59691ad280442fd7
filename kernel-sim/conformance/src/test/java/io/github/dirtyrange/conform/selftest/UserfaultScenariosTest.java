package io.github.dirtyrange.conform.selftest;

import static io.github.dirtyrange.conform.selftest.Scene.page;
import static io.github.dirtyrange.conform.selftest.Scene.pages;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.dirtyrange.kernel.PageRange;
import io.github.dirtyrange.kernel.PagemapEntry;
import io.github.dirtyrange.kernel.sim.mm.Madvise.Advice;
import io.github.dirtyrange.kernel.sim.mm.UserfaultEvent.Kind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Write-protection that somebody resolves, and is told of: the synchronous cases of the kernel's
 * uffd-unit-tests.c, which need neither PAGEMAP_SCAN nor WP_ASYNC.
 */
@ParameterizedClass(name = "{0}")
@MethodSource("io.github.dirtyrange.conform.selftest.SelftestKernel#all")
class UserfaultScenariosTest {

  private static final long BIT = PagemapEntry.UFFD_WP;
  private static final long NO_EVENTS = 0;
  private static final PageRange AREA = pages(0, 4);

  private final SelftestKernel kernel;

  UserfaultScenariosTest(SelftestKernel kernel) {
    this.kernel = kernel;
  }

  private Scene protectedArea(Memory memory, long features) {
    Scene scene = Scene.small(kernel);
    memory.map(scene, AREA);
    scene.store(AREA);
    scene.openUserfaultfd(features);
    scene.track(AREA);
    scene.expectBit(BIT, AREA);
    return scene;
  }

  /** A store to a protected page waits until it is unprotected. */
  @ParameterizedTest
  @EnumSource(names = {"ANONYMOUS", "SHARED", "SHARED_MEMFD"})
  void storeToAProtectedPageIsToldOnce(Memory memory) {
    Scene scene = protectedArea(memory, NO_EVENTS);
    scene.store(2);
    assertThat(scene.messages()).as(scene::toString).hasSize(1);
    scene.expectBit(BIT, pages(0, 2), page(3));
    scene.store(2);
    assertThat(scene.messages()).isEmpty();
    scene.load(1);
    assertThat(scene.messages()).isEmpty();
  }

  /** wp-fork-with-event. */
  @ParameterizedTest
  @EnumSource(names = {"ANONYMOUS", "SHARED", "SHARED_MEMFD"})
  void childIsProtectedWhereTheForkIsTold(Memory memory) {
    Scene scene = protectedArea(memory, Kind.FORK.feature());
    scene.fork(1);
    assertThat(scene.messages()).containsExactly("fork");
    scene.unprotect(AREA);
    scene.expectBit(BIT);
    scene.become(1);
    scene.expectBit(BIT, AREA);
  }

  /** events-wp: what is moved stays protected, what is thrown away is told and is zeros. */
  @Test
  void movesAndRemovalsAreTold() {
    Scene scene = protectedArea(Memory.ANONYMOUS, Kind.REMAP.feature() | Kind.REMOVE.feature());
    scene.move(AREA, 20);
    assertThat(scene.messages()).hasSize(1).first().asString().startsWith("remap");
    scene.expectBit(BIT, pages(20, 24));
    scene.store(21);
    assertThat(scene.messages()).hasSize(1).first().asString().startsWith("fault");
    scene.advise(pages(20, 24), Advice.DONTNEED);
    assertThat(scene.messages()).hasSize(1).first().asString().startsWith("remove");
    scene.expectBit(BIT);
    scene.load(20);
    assertThat(scene.messages()).isEmpty();
  }
}
