package io.github.dirtyrange.linux.selftest;

import static io.github.dirtyrange.linux.selftest.ChangeWay.always;
import static io.github.dirtyrange.linux.selftest.ChangeWay.way;
import static io.github.dirtyrange.linux.selftest.Scene.FAR;
import static io.github.dirtyrange.linux.selftest.Scene.HUGE;
import static io.github.dirtyrange.linux.selftest.Scene.SOME;

import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.linux.bpf.Change;
import java.util.List;

/** By what maps and unmaps memory, and moves it. */
final class MappingWays {

  private MappingWays() {}

  static List<ChangeWay> mappings() {
    return List.of(
        always(
            "mmap(2)",
            scene -> {
              scene.changing(() -> scene.map(0, SOME));
              scene.requireTold(Change.NEW_MAPPING, scene.at(0), SOME);
            },
            Change.NEW_MAPPING),
        way(
            "MAP_POPULATE",
            scene -> scene.changing(() -> scene.calls().mapPopulated(scene.at(0), SOME)),
            Change.FAULT,
            Change.NEW_MAPPING),
        always(
            "munmap(2)",
            scene -> {
              scene.mapWritten(0, SOME);
              scene.changingArmed(
                  0, SOME, () -> scene.calls().unmap(scene.at(8), Pages.address(16)));
              scene.requireTold(Change.UNMAPPED, scene.at(8), 16);
            },
            Change.UNMAPPED,
            Change.ZAPPED),
        way(
            "MAP_FIXED over something",
            scene -> {
              scene.mapWritten(0, SOME);
              scene.changingArmed(0, SOME, () -> scene.map(8, 16));
              scene.requireTold(Change.UNMAPPED, scene.at(8), 16);
              scene.requireTold(Change.NEW_MAPPING, scene.at(8), 16);
            },
            Change.UNMAPPED,
            Change.NEW_MAPPING),
        always(
            "munmap(2), mmap(2) and a write",
            scene -> {
              scene.mapWritten(0, SOME);
              scene.changingArmed(
                  0,
                  SOME,
                  () -> {
                    scene.calls().unmap(scene.at(8), Pages.address(16));
                    scene.mapWritten(8, 16);
                  });
            },
            Change.UNMAPPED,
            Change.NEW_MAPPING,
            Change.FAULT),
        always(
            "mremap(2) to another place",
            scene -> {
              scene.mapWritten(0, SOME);
              scene.changingArmed(
                  0, SOME, () -> scene.calls().move(scene.at(8), 16, scene.at(FAR + 3)));
              scene.requireTold(Change.MOVED, scene.at(FAR + 3), 16);
              scene.requireTold(Change.NEW_MAPPING, scene.at(FAR + 3), 16);
            },
            Change.MOVED,
            Change.REMAPPED,
            Change.UNMAPPED),
        way(
            "mremap(2) of whole page tables",
            scene -> {
              scene.mapWritten(0, 2 * HUGE);
              scene.changingArmed(
                  0, 2 * HUGE, () -> scene.calls().move(scene.at(0), 2 * HUGE, scene.at(FAR)));
              scene.requireTold(Change.MOVED, scene.at(FAR), 2 * HUGE);
            },
            Change.MOVED,
            Change.UNMAPPED),
        way(
            "mremap(2) that leaves the mapping",
            scene -> {
              scene.mapWritten(0, SOME);
              scene.changingArmed(
                  0, SOME, () -> scene.calls().moveContents(scene.at(0), SOME, scene.at(FAR)));
              scene.requireTold(Change.MOVED, scene.at(FAR), SOME);
              scene.requireTold(Change.ZAPPED, scene.at(0), SOME);
            },
            Change.MOVED),
        way(
            "mremap(2) that grows",
            scene -> {
              scene.mapWritten(0, 16);
              scene.calls().unmap(scene.at(16), Pages.address(SOME));
              scene.changingArmed(
                  0,
                  16,
                  () -> {
                    scene.calls().resize(scene.at(0), 16, 32);
                    scene.write(20, 4);
                  });
              scene.requireTold(Change.NEW_MAPPING, scene.at(16), 16);
            },
            Change.REMAPPED,
            Change.FAULT),
        way(
            "mremap(2) that shrinks",
            scene -> {
              scene.mapWritten(0, SOME);
              scene.changingArmed(0, SOME, () -> scene.calls().resize(scene.at(0), SOME, 8));
            },
            Change.UNMAPPED,
            Change.ZAPPED),
        way(
            "brk(2) that grows",
            scene -> {
              long end = scene.calls().brk(0);
              scene.watch(end, SOME);
              scene.changing(
                  () -> {
                    scene.calls().brk(end + Pages.address(SOME));
                    scene.calls().store(end, 16);
                  });
              scene.requireTold(Change.NEW_MAPPING, end, SOME);
              scene.calls().brk(end);
            },
            Change.NEW_MAPPING,
            Change.FAULT),
        way(
            "brk(2) that shrinks",
            scene -> {
              long end = scene.calls().brk(0);
              scene.watch(end, SOME);
              scene.calls().brk(end + Pages.address(SOME));
              scene.calls().store(end, SOME);
              scene.changing(() -> scene.calls().brk(end));
            },
            Change.UNMAPPED,
            Change.ZAPPED));
  }
}
