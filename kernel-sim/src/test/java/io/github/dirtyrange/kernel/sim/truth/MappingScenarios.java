package io.github.dirtyrange.kernel.sim.truth;

import static io.github.dirtyrange.kernel.sim.truth.Stage.FIXED;
import static io.github.dirtyrange.kernel.sim.truth.Stage.P;
import static io.github.dirtyrange.kernel.sim.truth.Stage.RW;

import io.github.dirtyrange.kernel.sim.mm.Brk;
import io.github.dirtyrange.kernel.sim.mm.Mremap;
import io.github.dirtyrange.kernel.sim.mm.Prot;

/** Mappings that come, go, merge, grow and move. */
final class MappingScenarios {

  private MappingScenarios() {}

  static void play(Stage s) {
    basic(s);
    merge(s);
    mergeByMprotect(s);
    brk(s);
    unmapAndMap(s);
    mremap(s);
    mremapGrow(s);
    mremapDontUnmap(s);
  }

  private static void vmFlags(Stage s, String step, long address) {
    boolean set = s.process.isWholeMappingSoftDirty(address);
    s.note(step, set ? "smaps VmFlags has sd" : "smaps VmFlags has no sd");
  }

  private static void basic(Stage s) {
    s.begin("basic");
    long a = s.area(6);
    vmFlags(s, "fresh mmap", a);
    s.look("fresh mmap, untouched", a);
    s.read(a);
    s.look("fresh mmap, read", a);
    s.write(a + P);
    s.look("fresh mmap, written", a + P);
    s.write(a + 2 * P);
    s.write(a + 3 * P);
    s.read(a + 4 * P);
    s.clear();
    vmFlags(s, "after clear", a);
    s.look("clear: zero page", a);
    s.look("clear: written before", a + P);
    s.look("clear: never touched", a + 5 * P);
    s.read(a + P);
    s.look("clear, then read", a + P);
    s.write(a + 2 * P);
    s.look("clear, then write", a + 2 * P);
    s.write(a + 4 * P);
    s.look("clear, zero page then write", a + 4 * P);
    s.look("clear, neighbour of written", a + 3 * P);
    s.read(a + 5 * P);
    s.look("clear, first touch is a read", a + 5 * P);
    s.process.store(a + 3 * P, s.process.load(a + 3 * P));
    s.look("clear, same value stored", a + 3 * P);
    s.clear();
    s.look("second clear", a + 2 * P);
  }

  private static void merge(Stage s) {
    s.begin("merge");
    long a = s.reserve(8);
    s.map(a + P, 2);
    s.write(a + P);
    s.write(a + 2 * P);
    s.clear();
    s.look("old page before the new neighbour", a + P);
    s.map(a + 3 * P, 1);
    s.look("old page after mmap just behind it", a + P);
    s.look("the new neighbour, untouched", a + 3 * P);
    s.clear();
    s.map(a, 1);
    s.look("old page after mmap just before it", a + P);
    s.clear();
    s.map(a + P, 1);
    s.look("mmap over an inner page: before", a);
    s.look("mmap over an inner page: new", a + P);
    s.look("mmap over an inner page: after", a + 2 * P);
    s.clear();
    s.map(a + 5 * P, 1);
    s.look("mmap with a gap: old page", a + 2 * P);
    s.look("mmap with a gap: new", a + 5 * P);
  }

  private static void mergeByMprotect(Stage s) {
    s.begin("merge-mprotect");
    long a = s.reserve(8);
    s.map(a + P, 2);
    s.write(a + P);
    s.clear();
    s.process.mmap(a + 3 * P, P, Prot.READ, FIXED);
    s.look("new RO neighbour: old page", a + P);
    s.look("new RO neighbour: itself", a + 3 * P);
    s.process.mprotect(a + 3 * P, P, RW);
    s.look("neighbour made RW: old page", a + P);
    s.look("neighbour made RW: itself", a + 3 * P);
    long b = s.reserve(8);
    s.clear();
    s.process.mprotect(b + P, 2 * P, RW);
    s.look("commit by mprotect NONE->RW, untouched", b + P);
    s.read(b + P);
    s.look("commit by mprotect, read", b + P);
    s.write(b + 2 * P);
    s.look("commit by mprotect, written", b + 2 * P);
  }

  private static void brk(Stage s) {
    s.begin("brk");
    long heap = Brk.START;
    s.process.brk(heap + 4 * P);
    s.write(heap);
    s.clear();
    s.look("old heap page after clear", heap);
    s.process.brk(heap + 8 * P);
    s.look("old heap page after brk grew", heap);
  }

  private static void unmapAndMap(Stage s) {
    s.begin("munmap+mmap");
    long a = s.area(2);
    s.write(a);
    s.write(a + P);
    s.clear();
    s.process.munmap(a, P);
    s.look("unmapped hole", a);
    s.map(a, 1);
    s.look("same address mapped again, untouched", a);
    s.look("neighbour in the same area", a + P);
  }

  private static void mremap(Stage s) {
    s.begin("mremap");
    long a = s.area(4);
    long target = s.reserve(8);
    s.write(a);
    s.write(a + P);
    s.read(a + 2 * P);
    s.clear();
    s.write(a + P);
    s.look("before: clean", a);
    s.look("before: dirty", a + P);
    s.look("before: untouched", a + 3 * P);
    int moving = Mremap.MAYMOVE | Mremap.FIXED;
    long n = s.process.mremap(a, 4 * P, 4 * P, moving, target + P);
    s.look("moved: was clean", n);
    s.look("moved: was dirty", n + P);
    s.look("moved: was zero page", n + 2 * P);
    s.look("moved: was untouched", n + 3 * P);
    s.look("old address", a);
    vmFlags(s, "moved", n);
    s.clear();
    s.look("moved, cleared again", n);
  }

  private static void mremapGrow(Stage s) {
    s.begin("mremap-grow");
    long a = s.reserve(8);
    s.map(a + P, 2);
    s.write(a + P);
    s.clear();
    s.process.munmap(a + 3 * P, 3 * P);
    long n = s.process.mremap(a + P, 2 * P, 4 * P, 0, 0);
    s.note("grown in place", "moved by " + (n - a - P));
    s.look("old page", a + P);
    s.look("new tail, untouched", a + 4 * P);
    s.read(a + 4 * P);
    s.look("new tail, read", a + 4 * P);
  }

  private static void mremapDontUnmap(Stage s) {
    s.begin("mremap-dontunmap");
    long a = s.area(2);
    s.write(a);
    s.clear();
    int keeping = Mremap.MAYMOVE | Mremap.DONTUNMAP;
    long n = s.process.mremap(a, 2 * P, 2 * P, keeping, 0);
    s.look("new address, was clean", n);
    s.look("old address, now empty", a);
    s.read(a);
    s.look("old address, read", a);
  }
}
