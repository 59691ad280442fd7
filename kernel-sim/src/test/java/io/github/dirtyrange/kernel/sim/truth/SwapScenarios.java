package io.github.dirtyrange.kernel.sim.truth;

import static io.github.dirtyrange.kernel.sim.truth.Stage.P;

import io.github.dirtyrange.kernel.sim.SimProcess;
import io.github.dirtyrange.kernel.sim.mm.Madvise.Advice;
import io.github.dirtyrange.kernel.sim.mm.Mremap;

/** Pages that go to swap and come back. */
final class SwapScenarios {

  private static final int PAGES = 8;

  private SwapScenarios() {}

  static void play(Stage s) {
    s.begin("swap");
    long a = s.area(PAGES);
    for (int i = 0; i < PAGES; i++) {
      s.store(a + i * P);
    }
    s.clear();
    for (int i = 0; i < 4; i++) {
      s.write(a + i * P);
    }
    pageOut(s, a);
    outAndIn(s, a);
    clearWhileOut(s, a);
    pageOut(s, a);
    fork(s, a);
    swapOff(s, moved(s, a));
  }

  private static void pageOut(Stage s, long a) {
    s.process.madvise(a, PAGES * P, Advice.PAGEOUT);
  }

  private static void outAndIn(Stage s, long a) {
    s.look("paged out: dirty", a);
    s.look("paged out: clean", a + 4 * P);
    s.read(a);
    s.look("swapped in by read: dirty", a);
    s.read(a + 4 * P);
    s.look("swapped in by read: clean", a + 4 * P);
    s.write(a + 5 * P);
    s.look("swapped in by write: clean", a + 5 * P);
    s.look("still out: dirty", a + P);
  }

  private static void clearWhileOut(Stage s, long a) {
    s.clear();
    s.look("clear while out: dirty", a + P);
    s.look("clear while out: clean", a + 6 * P);
    s.read(a + P);
    s.look("then swapped in by read", a + P);
    s.write(a + 2 * P);
    s.look("then swapped in by write", a + 2 * P);
  }

  private static void fork(Stage s, long a) {
    SimProcess parent = s.process;
    SimProcess child = parent.fork();
    s.become(child);
    s.look("child of fork: swapped dirty", a + 2 * P);
    s.look("child of fork: swapped clean", a + P);
    child.exit();
    s.become(parent);
  }

  private static long moved(Stage s, long a) {
    long target = s.area(PAGES);
    int moving = Mremap.MAYMOVE | Mremap.FIXED;
    long n = s.process.mremap(a, PAGES * P, PAGES * P, moving, target);
    s.look("mremap of swapped clean page", n + P);
    return n;
  }

  private static void swapOff(Stage s, long n) {
    s.clear();
    s.write(n);
    pageOut(s, n);
    s.kernel.swapOff();
    s.look("swapoff: dirty", n);
    s.look("swapoff: clean", n + P);
    s.kernel.swapOn();
  }
}
