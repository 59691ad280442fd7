package io.github.dirtyrange.kernel.sim.truth;

import static io.github.dirtyrange.kernel.sim.truth.Stage.H;
import static io.github.dirtyrange.kernel.sim.truth.Stage.P;
import static io.github.dirtyrange.kernel.sim.truth.Stage.RW;

import io.github.dirtyrange.kernel.PagemapEntry;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.sim.mm.Madvise.Advice;
import io.github.dirtyrange.kernel.sim.mm.Mmap;

/** Pages that change frames: same-page merging, migration; and huge pages of the pool. */
final class FrameScenarios {

  private FrameScenarios() {}

  static void play(Stage s) {
    merging(s);
    migration(s);
    hugeTlb(s);
  }

  private static void merging(Stage s) {
    s.begin("ksm");
    long a = s.area(64);
    s.process.storeRange(a, 64 * P, 7);
    s.clear();
    s.process.storeRange(a, 32 * P, 9);
    s.look("written after clear, before merge", a);
    s.look("clean, before merge", a + 40 * P);
    s.process.madvise(a, 64 * P, Advice.MERGEABLE);
    s.kernel.mergeSamePages();
    int lost = 0;
    int last = 0;
    int gained = 0;
    for (int i = 0; i < 64; i++) {
      boolean set = (entry(s, a + i * P) & PagemapEntry.SOFT_DIRTY) != 0;
      lost += i < 32 && !set ? 1 : 0;
      last = i < 32 && !set ? i : last;
      gained += i >= 32 && set ? 1 : 0;
    }
    s.note("32 pages written after clear, then merged", lost + " now read SD=0");
    s.note("32 clean pages, then merged", gained + " now read SD=1");
    s.look("written after clear, merged", a + last * P);
    s.look("clean, merged", a + 41 * P);
    s.write(a + 41 * P);
    s.look("merged, then written", a + 41 * P);
  }

  private static void migration(Stage s) {
    s.begin("migrate(soft-offline)");
    long a = s.area(2);
    s.write(a);
    s.write(a + P);
    s.clear();
    s.write(a);
    long first = frame(s, a);
    long second = frame(s, a + P);
    long errno =
        Stage.errnoOf(
            () -> {
              s.process.softOffline(a);
              s.process.softOffline(a + P);
            });
    s.note("MADV_SOFT_OFFLINE", "errno " + errno);
    int changed = (frame(s, a) != first ? 1 : 0) + (frame(s, a + P) != second ? 1 : 0);
    s.note("frames changed", changed + " of 2");
    s.look("dirty, migrated", a);
    s.look("clean, migrated", a + P);
  }

  private static void hugeTlb(Stage s) {
    s.begin("hugetlb");
    int flags = Mmap.PRIVATE | Mmap.ANONYMOUS | Mmap.HUGETLB;
    long a = s.process.mmap(0, 2 * H, RW, flags);
    s.write(a);
    s.look("written", a);
    s.clear();
    s.look("cleared", a);
    s.write(a);
    s.look("clear, then write", a);
    s.write(a + H);
    s.look("clear, first touch is a write", a + H);
    s.process.munmap(a, 2 * H);
  }

  private static long frame(Stage s, long address) {
    return entry(s, address) & PagemapEntry.PFN_MASK;
  }

  private static long entry(Stage s, long address) {
    long[] entry = new long[1];
    s.tracked().readPagemap(Pages.vpn(address), 1, entry);
    return entry[0];
  }
}
