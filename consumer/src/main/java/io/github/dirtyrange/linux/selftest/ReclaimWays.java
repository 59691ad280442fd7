package io.github.dirtyrange.linux.selftest;

import static io.github.dirtyrange.linux.selftest.ChangeWay.way;
import static io.github.dirtyrange.linux.selftest.Scene.SOME;

import io.github.dirtyrange.linux.bpf.Change;
import java.util.List;

/** By what goes to swap and comes back. */
final class ReclaimWays {

  private ReclaimWays() {}

  static List<ChangeWay> reclaimed() {
    return List.of(
        way(
            "pages that go to swap",
            scene -> {
              scene.mapWritten(0, SOME);
              scene.changingArmed(0, SOME, () -> scene.pageOut(8, 16));
            },
            Change.RECLAIMED),
        way(
            "pages that come back from swap",
            scene -> {
              scene.mapWritten(0, SOME);
              scene.pageOut(0, SOME);
              scene.changingArmed(0, SOME, () -> scene.read(8, 16));
            },
            Change.FAULT,
            Change.MAPPED),
        way(
            "MADV_FREE of what is in swap",
            scene -> {
              scene.mapWritten(0, SOME);
              scene.pageOut(0, SOME);
              scene.changingArmed(
                  0, SOME, () -> scene.calls().advise(scene.at(8), 16, SceneCalls.MADV_FREE));
            },
            Change.FREED),
        way(
            "MADV_FREE, and reclaim",
            scene -> {
              scene.mapWritten(0, SOME);
              scene.changingArmed(
                  0,
                  SOME,
                  () -> {
                    scene.calls().advise(scene.at(8), 16, SceneCalls.MADV_FREE);
                    scene.pageOut(8, 16);
                  });
            },
            Change.RECLAIMED,
            Change.FREED));
  }
}
