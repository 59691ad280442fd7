package io.github.dirtyrange.linux.selftest;

import static io.github.dirtyrange.linux.selftest.ChangeWay.way;
import static io.github.dirtyrange.linux.selftest.Scene.FAR;
import static io.github.dirtyrange.linux.selftest.Scene.SOME;

import io.github.dirtyrange.linux.bpf.Change;
import java.util.List;

/** By calls on a userfaultfd. */
final class UserfaultfdWays {

  private UserfaultfdWays() {}

  static List<ChangeWay> userfaultfds() {
    return List.of(
        way(
            "write-protection lifted",
            scene -> {
              scene.mapWritten(0, SOME);
              scene.changingArmed(0, SOME, () -> scene.arming().lift(scene.at(8), 16));
            },
            Change.USERFAULTFD),
        way(
            "memory that is registered no more",
            scene -> {
              scene.mapWritten(0, SOME);
              scene.changingArmed(0, SOME, () -> scene.arming().unregister(scene.at(8), 16));
            },
            Change.USERFAULTFD),
        way(
            "a userfaultfd closed",
            scene -> {
              scene.mapWritten(0, SOME);
              scene.changingArmed(0, SOME, () -> scene.arming().giveUp());
            },
            Change.UNREGISTERED),
        way(
            "UFFDIO_COPY",
            scene -> {
              int fd = registerMissing(scene);
              scene.changing(() -> scene.calls().copy(fd, scene.at(FAR), 16, scene.at(8)));
            },
            Change.USERFAULTFD),
        way(
            "UFFDIO_ZEROPAGE",
            scene -> {
              int fd = registerMissing(scene);
              scene.changing(() -> scene.calls().zero(fd, scene.at(8), 16));
            },
            Change.USERFAULTFD),
        way(
            "UFFDIO_MOVE",
            scene -> {
              int fd = registerMissing(scene);
              scene.changing(
                  () -> scene.calls().moveByUserfaultfd(fd, scene.at(FAR), 16, scene.at(8)));
            },
            Change.USERFAULTFD),
        way(
            "UFFDIO_POISON",
            scene -> {
              int fd = registerMissing(scene);
              scene.changing(() -> scene.calls().poison(fd, scene.at(8), 16));
            },
            Change.USERFAULTFD));
  }

  /** What a call is to fill; what it may take is at the other end. */
  private static int registerMissing(Scene scene) {
    scene.map(0, SOME);
    scene.mapWritten(FAR, SOME);
    int fd = scene.calls().userfaultfd(0);
    scene.calls().register(fd, scene.at(0), SOME, SceneCalls.UFFDIO_REGISTER_MODE_MISSING);
    return fd;
  }
}
