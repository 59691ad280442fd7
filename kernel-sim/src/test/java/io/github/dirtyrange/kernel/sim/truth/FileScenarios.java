package io.github.dirtyrange.kernel.sim.truth;

import static io.github.dirtyrange.kernel.sim.truth.Stage.H;
import static io.github.dirtyrange.kernel.sim.truth.Stage.P;
import static io.github.dirtyrange.kernel.sim.truth.Stage.RW;

import io.github.dirtyrange.kernel.sim.SimFile;
import io.github.dirtyrange.kernel.sim.mm.Madvise.Advice;
import io.github.dirtyrange.kernel.sim.mm.Mmap;

/** Shared and private mappings of files and of memory files. */
final class FileScenarios {

  private FileScenarios() {}

  static void play(Stage s) {
    shared(s, "memfd-shared", s.kernel.createMemfd("t"));
    SimFile file = s.kernel.createFile("/t.dat");
    shared(s, "file-shared", file);
    privately(s, file);
  }

  private static void shared(Stage s, String name, SimFile file) {
    s.begin(name);
    file.truncate(8 * P);
    int flags = Mmap.SHARED | Mmap.FIXED;
    long a = s.process.mmapFile(3_000 * H, 8 * P, RW, flags, file, 0);
    long b = s.process.mmapFile(3_001 * H, 8 * P, RW, flags, file, 0);
    for (int i = 0; i < 6; i++) {
      s.write(a + i * P);
    }
    s.clear();
    s.look("clean", a);
    s.look("untouched", a + 6 * P);
    s.write(a);
    s.look("written", a);
    s.read(b + P);
    s.write(b + P);
    s.look("written through another mapping: this one", a + P);
    s.look("written through another mapping: that one", b + P);
    file.write(2 * P, 5);
    s.look("written with pwrite(2)", a + 2 * P);
    s.write(a + 3 * P);
    s.look("written, then msync", a + 3 * P);
    s.write(a + 4 * P);
    s.process.madvise(a, 8 * P, Advice.PAGEOUT);
    s.process.munmap(b, 8 * P);
    s.process.madvise(a, 8 * P, Advice.PAGEOUT);
    s.look("dirty, then PAGEOUT", a + 4 * P);
    s.read(a + 4 * P);
    s.look("then read back", a + 4 * P);
    s.write(a + 5 * P);
    s.look("written before DONTNEED", a + 5 * P);
    s.process.madvise(a + 5 * P, P, Advice.DONTNEED);
    s.look("after DONTNEED (content kept)", a + 5 * P);
    s.read(a + 5 * P);
    s.look("then read", a + 5 * P);
    s.write(a);
    file.punchHole(0, P);
    s.look("written, then hole punched", a);
    s.read(a);
    s.look("then read (content zero)", a);
    s.process.munmap(a, 8 * P);
  }

  private static void privately(Stage s, SimFile file) {
    s.begin("file-private");
    long a = s.process.mmapFile(3_000 * H, 8 * P, RW, Mmap.PRIVATE | Mmap.FIXED, file, 0);
    s.look("fresh, untouched", a);
    s.read(a);
    s.look("fresh, read", a);
    s.clear();
    s.look("cleared", a);
    s.write(a);
    s.look("written (COW)", a);
    s.read(a + P);
    s.look("clear, first touch is a read", a + P);
    file.write(P, 6);
    s.look("file changed under it with pwrite", a + P);
  }
}
