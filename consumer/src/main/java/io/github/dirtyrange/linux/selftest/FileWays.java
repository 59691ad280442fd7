package io.github.dirtyrange.linux.selftest;

import static io.github.dirtyrange.linux.selftest.ChangeWay.always;
import static io.github.dirtyrange.linux.selftest.ChangeWay.way;
import static io.github.dirtyrange.linux.selftest.Scene.SOME;

import io.github.dirtyrange.linux.bpf.Change;
import java.util.List;

/** Of memory that is a file's. */
final class FileWays {

  private FileWays() {}

  static List<ChangeWay> files() {
    return List.of(
        always(
            "a first write to shared memory",
            scene -> {
              int file = scene.calls().file(SOME);
              scene.calls().mapShared(scene.at(0), SOME, file);
              scene.changingArmed(0, SOME, () -> scene.write(8, 16));
            },
            Change.FAULT),
        way(
            "a page of a file is read, and those around it",
            scene -> {
              int file = scene.calls().file(SOME);
              scene.calls().mapPrivate(scene.at(0), SOME, file);
              scene.changing(() -> scene.read(8, 1));
            },
            Change.MAPPED,
            Change.FAULT),
        way(
            "a page of a file becomes the process's own",
            scene -> {
              int file = scene.calls().file(SOME);
              scene.calls().mapPrivate(scene.at(0), SOME, file);
              scene.read(0, SOME);
              scene.changingArmed(0, SOME, () -> scene.write(8, 16));
            },
            Change.FAULT),
        way(
            "ftruncate(2)",
            scene -> {
              int file = scene.mapWrittenFile(SOME);
              scene.changingArmed(0, SOME, () -> scene.calls().truncate(file, 8));
            },
            Change.ZAPPED),
        way(
            "a hole punched into a file",
            scene -> {
              int file = scene.mapWrittenFile(SOME);
              scene.changingArmed(0, SOME, () -> scene.calls().punch(file, 8, 16));
            },
            Change.ZAPPED),
        way(
            "MADV_REMOVE",
            scene -> {
              scene.mapWrittenFile(SOME);
              scene.changingArmed(
                  0, SOME, () -> scene.calls().advise(scene.at(8), 16, SceneCalls.MADV_REMOVE));
            },
            Change.ZAPPED),
        way(
            "shared memory that goes to swap",
            scene -> {
              scene.mapWrittenFile(SOME);
              scene.changingArmed(0, SOME, () -> scene.pageOut(8, 16));
            },
            Change.RECLAIMED));
  }
}
