package io.github.dirtyrange.kernel.sim.truth;

import static io.github.dirtyrange.kernel.sim.truth.Stage.H;
import static io.github.dirtyrange.kernel.sim.truth.Stage.P;
import static io.github.dirtyrange.kernel.sim.truth.Stage.RW;

import io.github.dirtyrange.kernel.sim.mm.Madvise.Advice;
import io.github.dirtyrange.kernel.sim.mm.Prot;

/** Advice, protection, locking, and huge pages. */
final class AdviceScenarios {

  private AdviceScenarios() {}

  static void play(Stage s) {
    dontNeed(s);
    free(s);
    populate(s);
    mprotect(s);
    mlock(s);
    huge(s);
  }

  private static long written(Stage s, int pages) {
    long a = s.area(pages);
    for (int i = 0; i < pages; i++) {
      s.write(a + i * P);
    }
    return a;
  }

  private static void dontNeed(Stage s) {
    s.begin("dontneed");
    long a = written(s, 4);
    s.look("dirty before", a);
    s.clear();
    s.write(a);
    s.process.madvise(a, 4 * P, Advice.DONTNEED);
    s.look("DONTNEED of a dirty page", a);
    s.look("DONTNEED of a clean page", a + P);
    s.read(a + P);
    s.look("then read (content now zero!)", a + P);
    s.write(a + 2 * P);
    s.look("then write", a + 2 * P);
  }

  private static void free(Stage s) {
    s.begin("madv_free");
    long a = written(s, 4);
    s.clear();
    s.write(a);
    s.process.madvise(a, 2 * P, Advice.FREE);
    s.look("FREE of a dirty page", a);
    s.look("FREE of a clean page", a + P);
    s.process.madvise(a, 2 * P, Advice.PAGEOUT);
    s.look("reclaimed, was dirty", a);
    s.look("reclaimed, was clean", a + P);
    s.read(a + P);
    s.look("reclaimed then read (content zero)", a + P);
  }

  private static void populate(Stage s) {
    s.begin("populate");
    long a = s.area(4);
    s.write(a + 2 * P);
    s.clear();
    s.process.madvise(a, P, Advice.POPULATE_READ);
    s.look("POPULATE_READ after clear", a);
    s.process.madvise(a + P, P, Advice.POPULATE_WRITE);
    s.look("POPULATE_WRITE after clear, empty page", a + P);
    s.process.madvise(a + 2 * P, P, Advice.POPULATE_WRITE);
    s.look("POPULATE_WRITE after clear, clean page", a + 2 * P);
  }

  private static void mprotect(Stage s) {
    s.begin("mprotect");
    long a = written(s, 4);
    s.clear();
    s.write(a + P);
    s.process.mprotect(a, 2 * P, Prot.READ);
    s.look("RO: clean", a);
    s.look("RO: dirty", a + P);
    s.process.mprotect(a, 2 * P, RW);
    s.look("RW again: clean", a);
    s.look("RW again: dirty", a + P);
    s.write(a);
    s.look("RW again: write", a);
    s.look("other half", a + 2 * P);
    s.process.mprotect(a, P, Prot.NONE);
    s.look("PROT_NONE: dirty", a);
  }

  private static void mlock(Stage s) {
    s.begin("mlock");
    long a = s.area(2);
    s.write(a);
    s.clear();
    s.process.mlock(a, 2 * P);
    s.look("clean page locked", a);
    s.look("untouched page locked (write-populated)", a + P);
  }

  private static void huge(Stage s) {
    s.begin("thp");
    long a = 2_000 * H;
    long b = a + H;
    s.map(a - H / 2, 4 * 512);
    s.process.madvise(a, 2 * H, Advice.HUGEPAGE);
    s.store(a);
    s.store(b);
    s.look("huge page, written", a);
    s.look("huge page, last", a + H - P);
    s.clear();
    s.look("cleared, first", a);
    s.look("cleared, last", a + H - P);
    s.read(a);
    s.look("cleared, read", a);
    s.store(a + 7 * P);
    s.look("one byte written: that page", a + 7 * P);
    s.look("one byte written: first", a);
    s.look("one byte written: last", a + H - P);
    s.look("the other huge page", b);
    s.process.madvise(a, P, Advice.DONTNEED);
    s.look("dirty, split by DONTNEED of page 0: page 0", a);
    s.look("dirty, split by DONTNEED: page 9", a + 9 * P);
    s.process.mprotect(b, P, Prot.READ);
    s.look("clean, split by mprotect: page 0", b);
    s.look("clean, split by mprotect: last", b + H - P);
    s.store(b + 5 * P);
    s.look("clean, split, page 5 written", b + 5 * P);
    s.look("clean, split, page 6", b + 6 * P);
    s.process.mprotect(b, P, RW);
    collapse(s, a);
    hugePageOut(s, a);
    hugeZeroPage(s, a);
  }

  private static void collapse(Stage s, long a) {
    for (int i = 0; i < 512; i++) {
      s.store(a + i * P);
    }
    s.clear();
    long errno = Stage.errnoOf(() -> s.process.madvise(a, H, Advice.COLLAPSE));
    s.note("COLLAPSE, no page written since clear", "errno " + errno);
    s.look("page 9", a + 9 * P);
    s.store(a + 3 * P);
    long second = Stage.errnoOf(() -> s.process.madvise(a, H, Advice.COLLAPSE));
    s.note("COLLAPSE, one page written since clear", "errno " + second);
    s.look("collapsed: the written page", a + 3 * P);
    s.look("collapsed: a clean page", a + 9 * P);
  }

  private static void hugePageOut(Stage s, long a) {
    s.clear();
    s.store(a);
    long errno = Stage.errnoOf(() -> s.process.madvise(a, H, Advice.PAGEOUT));
    s.note("PAGEOUT of a dirty huge page", "errno " + errno);
    s.look("paged out, page 0", a);
    s.look("paged out, page 9", a + 9 * P);
    s.read(a + 9 * P);
    s.look("swapped in by read, page 9", a + 9 * P);
  }

  private static void hugeZeroPage(Stage s, long a) {
    s.process.madvise(a, H, Advice.DONTNEED);
    s.clear();
    s.read(a);
    s.look("clear, then huge zero page", a + 9 * P);
    s.write(a + 4 * P);
    s.look("huge zero page written: that page", a + 4 * P);
    s.look("huge zero page written: page 9", a + 9 * P);
  }
}
