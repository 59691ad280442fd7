package io.github.dirtyrange.kernel.sim.explore;

import io.github.dirtyrange.kernel.sim.machine.Quirk;
import io.github.dirtyrange.kernel.sim.queue.PerCpuQueue;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ScratchTest {
  @Test
  void all() {
    for (int moves = 0; moves < 2; moves++) {
      go(moves, Set.of());
      for (Quirk q :
          EnumSet.of(
              Quirk.NO_FLUSH,
              Quirk.REPORT_FIRST,
              Quirk.NON_ATOMIC_CLEAR,
              Quirk.EMPTY_AFTER_READING,
              Quirk.MERGE_OUT_OF_ORDER,
              Quirk.DRAIN_WITHOUT_MMAP_LOCK,
              Quirk.RECORD_AT_ENTRY,
              Quirk.RECORD_AFTER_UNLOCK)) {
        go(moves, Set.of(q));
      }
    }
  }

  void go(int moves, Set<Quirk> quirks) {
    long t = System.nanoTime();
    Exploration e =
        new Explorer(
                new Bounds(2, 2, moves == 0 ? 3 : 2, moves, moves == 0 ? 2 : 1),
                new PerCpuQueue.Design(),
                4096,
                quirks,
                20_000_000)
            .explore();
    System.out.printf(
        "moves %d %s: %d states %d steps depth %d complete %s %d ms%n",
        moves,
        quirks,
        e.states(),
        e.steps(),
        e.depth(),
        e.complete(),
        (System.nanoTime() - t) / 1000000);
    if (e.violation() != null) {
      System.out.println(e.violation().what());
      e.violation()
          .trace()
          .forEach(
              s ->
                  System.out.println(
                      "   " + (s.cpu() < 0 ? "reader" : "cpu" + s.cpu()) + "  " + s.text()));
    }
  }
}
