package io.github.dirtyrange.linux.selftest;

import static io.github.dirtyrange.linux.selftest.ChangeWay.always;
import static io.github.dirtyrange.linux.selftest.ChangeWay.way;
import static io.github.dirtyrange.linux.selftest.Scene.FAR;
import static io.github.dirtyrange.linux.selftest.Scene.SOME;

import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.linux.bpf.Change;
import io.github.dirtyrange.linux.sys.Abi;
import java.util.List;

/** By what accesses memory: the process itself, the kernel for it, and others. */
final class AccessWays {

  private AccessWays() {}

  static List<ChangeWay> faults() {
    return List.of(
        always(
            "a first write",
            scene -> {
              scene.map(0, SOME);
              scene.changingArmed(0, SOME, () -> scene.write(8, 16));
            },
            Change.FAULT),
        always(
            "a write to what was written",
            scene -> {
              scene.mapWritten(0, SOME);
              scene.changingArmed(0, SOME, () -> scene.write(8, 16));
            },
            Change.FAULT),
        way(
            "a first read",
            scene -> {
              scene.map(0, SOME);
              scene.changingArmed(0, SOME, () -> scene.read(8, 16));
            },
            Change.FAULT),
        way(
            "a write to what was read",
            scene -> {
              scene.map(0, SOME);
              scene.read(0, SOME);
              scene.changingArmed(0, SOME, () -> scene.write(8, 16));
            },
            Change.FAULT),
        way(
            "a stack that grows",
            scene -> {
              scene.calls().unmap(scene.at(0), Pages.address(FAR));
              scene.calls().mapGrowingDown(scene.at(FAR), SOME);
              scene.changing(() -> scene.write(FAR - 4, 4));
              scene.requireTold(Change.NEW_MAPPING, scene.at(FAR - 4), 4);
            },
            Change.NEW_MAPPING,
            Change.FAULT));
  }

  static List<ChangeWay> calls() {
    return List.of(
        way(
            "read(2)",
            scene -> {
              int file = scene.calls().file(16);
              scene.mapWritten(0, SOME);
              scene.changingArmed(0, SOME, () -> scene.calls().readInto(file, scene.at(8), 16));
            },
            Change.FAULT),
        always(
            "process_vm_writev(2)",
            scene -> {
              scene.mapWritten(0, SOME);
              scene.changingArmed(0, SOME, () -> scene.calls().writeAsAnother(scene.at(8), 4));
            },
            Change.FAULT),
        always(
            "/proc/PID/mem",
            scene -> {
              scene.mapWritten(0, SOME);
              scene.changingArmed(0, SOME, () -> scene.calls().writeThroughFile(scene.at(8)));
              scene.requireTold(Change.WRITTEN_BY_ANOTHER, scene.at(8), 1);
            },
            Change.FAULT,
            Change.WRITTEN_BY_ANOTHER),
        way(
            "MADV_POPULATE_WRITE",
            scene -> {
              scene.map(0, SOME);
              scene.changingArmed(
                  0, SOME, () -> scene.calls().advise(scene.at(8), 16, Abi.MADV_POPULATE_WRITE));
            },
            Change.FAULT),
        way(
            "MADV_POPULATE_READ",
            scene -> {
              scene.map(0, SOME);
              scene.changingArmed(
                  0,
                  SOME,
                  () -> scene.calls().advise(scene.at(8), 16, SceneCalls.MADV_POPULATE_READ));
            },
            Change.FAULT),
        way(
            "mlock(2)",
            scene -> {
              scene.map(0, SOME);
              scene.changingArmed(0, SOME, () -> scene.calls().lock(scene.at(8), 4));
            },
            Change.FAULT),
        always(
            "MADV_DONTNEED",
            scene -> {
              scene.mapWritten(0, SOME);
              scene.changingArmed(
                  0, SOME, () -> scene.calls().advise(scene.at(8), 16, Abi.MADV_DONTNEED));
            },
            Change.ZAPPED),
        way(
            "MADV_DONTNEED and a write",
            scene -> {
              scene.mapWritten(0, SOME);
              scene.changingArmed(
                  0,
                  SOME,
                  () -> {
                    scene.calls().advise(scene.at(8), 16, Abi.MADV_DONTNEED);
                    scene.write(8, 4);
                  });
            },
            Change.ZAPPED,
            Change.FAULT),
        way(
            "clear_refs, by another",
            scene -> {
              scene.mapWritten(0, SOME);
              // Memory that was never touched is new no more, either: no entry tells that.
              scene.clearReferences();
              scene.write(0, SOME);
              scene.changing(scene::clearReferences);
            },
            Change.REFERENCES_CLEARED),
        way(
            "guard pages made",
            scene -> {
              scene.mapWritten(0, SOME);
              scene.changing(() -> scene.calls().advise(scene.at(8), 16, Abi.MADV_GUARD_INSTALL));
            },
            Change.GUARDED,
            Change.ZAPPED),
        way(
            "guard pages made of what is empty",
            scene -> {
              scene.map(0, SOME);
              scene.changing(() -> scene.calls().advise(scene.at(8), 16, Abi.MADV_GUARD_INSTALL));
            },
            Change.GUARDED),
        way(
            "guard pages taken away",
            scene -> {
              scene.mapWritten(0, SOME);
              scene.calls().advise(scene.at(8), 16, Abi.MADV_GUARD_INSTALL);
              scene.changing(
                  () -> scene.calls().advise(scene.at(8), 16, SceneCalls.MADV_GUARD_REMOVE));
            },
            Change.GUARDED));
  }
}
