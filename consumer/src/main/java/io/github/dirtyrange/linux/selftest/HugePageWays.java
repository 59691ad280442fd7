package io.github.dirtyrange.linux.selftest;

import static io.github.dirtyrange.linux.selftest.ChangeWay.way;
import static io.github.dirtyrange.linux.selftest.Scene.FAR;
import static io.github.dirtyrange.linux.selftest.Scene.HUGE;

import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.linux.bpf.Change;
import io.github.dirtyrange.linux.sys.Abi;
import java.util.List;

/** Of huge pages, of private and shared memory. */
final class HugePageWays {

  private HugePageWays() {}

  static List<ChangeWay> hugePages() {
    return List.of(
        way(
            "a huge page's first write",
            scene -> {
              scene.map(0, 2 * HUGE);
              scene.calls().advise(scene.at(0), 2 * HUGE, Abi.MADV_HUGEPAGE);
              scene.changing(() -> scene.write(HUGE + 5, 1));
            },
            Change.HUGE_FAULT),
        way(
            "a write to an armed huge page",
            scene -> {
              mapHuge(scene);
              scene.changingArmed(0, 2 * HUGE, () -> scene.write(HUGE + 5, 1));
            },
            Change.HUGE_FAULT,
            Change.SPLIT,
            Change.FAULT),
        way(
            "MADV_COLLAPSE",
            scene -> {
              scene.map(0, 2 * HUGE);
              scene.calls().advise(scene.at(0), 2 * HUGE, Abi.MADV_NOHUGEPAGE);
              scene.write(0, HUGE);
              scene.calls().advise(scene.at(0), 2 * HUGE, Abi.MADV_HUGEPAGE);
              scene.changing(() -> collapse(scene));
              scene.requireTold(Change.COLLAPSED, scene.at(0), HUGE);
            },
            Change.COLLAPSED),
        way(
            "a part of a huge page is unmapped",
            scene -> {
              mapHuge(scene);
              scene.changingArmed(
                  0, 2 * HUGE, () -> scene.calls().unmap(scene.at(8), Pages.address(16)));
            },
            Change.UNMAPPED,
            Change.SPLIT),
        way(
            "MADV_DONTNEED of a part of a huge page",
            scene -> {
              mapHuge(scene);
              scene.changingArmed(
                  0, 2 * HUGE, () -> scene.calls().advise(scene.at(8), 16, Abi.MADV_DONTNEED));
            },
            Change.ZAPPED,
            Change.SPLIT),
        way(
            "huge pages that go to swap",
            scene -> {
              mapHuge(scene);
              scene.changingArmed(0, 2 * HUGE, () -> scene.pageOut(0, HUGE));
            },
            Change.RECLAIMED,
            Change.SPLIT),
        way(
            "mremap(2) of huge pages",
            scene -> {
              mapHuge(scene);
              scene.changingArmed(
                  0, 2 * HUGE, () -> scene.calls().move(scene.at(0), 2 * HUGE, scene.at(FAR)));
            },
            Change.MOVED,
            Change.UNMAPPED),
        way(
            "MADV_COLLAPSE of shared memory",
            scene -> {
              scene.mapWrittenFile(HUGE);
              scene.changing(() -> collapse(scene));
              scene.requireToldWithoutPlace(Change.RETRACTED, 0, HUGE);
            },
            Change.COLLAPSED,
            Change.RETRACTED),
        way(
            "a huge page of shared memory is read",
            scene -> {
              scene.mapWrittenFile(HUGE);
              collapse(scene);
              scene.calls().advise(scene.at(0), HUGE, Abi.MADV_DONTNEED);
              scene.changing(() -> scene.read(5, 1));
            },
            Change.HUGE_FAULT,
            Change.MAPPED,
            Change.FAULT),
        way(
            "a part of a huge page of shared memory is dropped",
            scene -> {
              scene.mapWrittenFile(HUGE);
              collapse(scene);
              scene.read(0, HUGE);
              scene.changing(() -> scene.calls().advise(scene.at(8), 16, Abi.MADV_DONTNEED));
            },
            Change.SPLIT,
            Change.ZAPPED));
  }

  private static void mapHuge(Scene scene) {
    scene.map(0, 2 * HUGE);
    scene.calls().advise(scene.at(0), 2 * HUGE, Abi.MADV_HUGEPAGE);
    scene.write(0, 2 * HUGE);
  }

  private static void collapse(Scene scene) {
    scene.calls().advise(scene.at(0), HUGE, SceneCalls.MADV_COLLAPSE);
  }
}
