package io.github.dirtyrange.kernel.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dirtyrange.kernel.PagemapEntry;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.sim.machine.Profile;
import io.github.dirtyrange.kernel.sim.machine.Quirk;
import io.github.dirtyrange.kernel.sim.mm.Madvise.Advice;
import io.github.dirtyrange.kernel.sim.mm.Mmap;
import io.github.dirtyrange.kernel.sim.mm.Prot;
import org.junit.jupiter.api.Test;

/** The zero pages are nobody's: nothing takes them out of memory, moves them or gives them back. */
class ZeroPageTest {

  private static final long P = Pages.SIZE;
  private static final long HUGE = P * Pages.PER_TABLE;
  private static final long AT = 100 * HUGE;

  private final SimKernel kernel = SimKernel.newest();
  private final SimProcess process = kernel.spawn();

  @Test
  void reclaimPassesOverTheHugeZeroPage() {
    mapHuge(process);
    process.load(AT);
    kernel.reclaim(new MappedPage(process, Pages.vpn(AT)));

    assertThat(kernel.framesInUse()).isZero();
    assertOthersReadZeros();
  }

  @Test
  void offliningAnUntouchedPartOfAHugePageGivesBackThatPartAlone() {
    mapHuge(process);
    process.store(AT, 7);
    process.softOffline(AT + P);

    assertThat(kernel.framesInUse()).isEqualTo(1);
    assertThat(process.load(AT)).isEqualTo(7);
    assertThat(process.load(AT + P)).isZero();
    assertOthersReadZeros();
  }

  @Test
  void freeingAPartOfTheHugeZeroPageLeavesIt() {
    mapHuge(process);
    process.load(AT);
    process.madvise(AT, 3 * P, Advice.FREE);
    process.madvise(AT, HUGE, Advice.FREE);
    kernel.reclaim(new MappedPage(process, Pages.vpn(AT)));
    process.exit();

    assertThat(kernel.framesInUse()).isZero();
    assertOthersReadZeros();
  }

  /** Where none may be mapped, a page that was only read is one of its own. */
  @Test
  void aKernelWithoutZeroPagesGivesAReaderItsOwn() {
    SimKernel without = new SimKernel(Profile.V7_3.with(Quirk.NO_ZERO_PAGE));
    SimProcess reader = without.spawn();
    long small = reader.mmap(P);
    assertThat(reader.load(small)).isZero();
    assertThat(without.framesInUse()).isEqualTo(1);
    long before = entry(reader, small);
    assertThat(before & PagemapEntry.EXCLUSIVE).isNotZero();
    reader.store(small, 7);
    assertThat(entry(reader, small)).isEqualTo(before);

    mapHuge(reader);
    assertThat(reader.load(AT)).isZero();
    assertThat(without.framesInUse()).isEqualTo(1 + Pages.PER_TABLE);
  }

  /** It is not dirty then: a store would have to fault still, if it were allowed. */
  @Test
  void aPageThatMayNotBeWrittenIsNotDirtyForThat() {
    SimKernel without = new SimKernel(Profile.V7_3.with(Quirk.NO_ZERO_PAGE));
    SimProcess reader = without.spawn();
    long small = reader.mmap(P);
    reader.mprotect(small, P, Prot.READ);
    reader.tracked().clearRefs(4);
    reader.load(small);
    assertThat(without.framesInUse()).isEqualTo(1);
    assertThat(entry(reader, small) & PagemapEntry.SOFT_DIRTY).isZero();
  }

  private static long entry(SimProcess process, long address) {
    long[] entry = new long[1];
    process.tracked().readPagemap(Pages.vpn(address), 1, entry);
    return entry[0];
  }

  /** Whatever is written next must not show in memory that others have not touched. */
  private void assertOthersReadZeros() {
    SimProcess other = kernel.spawn();
    mapHuge(other);
    SimProcess writer = kernel.spawn();
    long written = writer.mmap(2 * HUGE);
    writer.storeRange(written, 2 * HUGE, 9);
    assertThat(other.load(AT)).isZero();
    assertThat(other.load(AT + 5 * P)).isZero();
    assertThat(other.load(other.mmap(P))).isZero();
  }

  private static void mapHuge(SimProcess process) {
    process.mmap(AT, HUGE, Prot.READ | Prot.WRITE, Mmap.PRIVATE | Mmap.ANONYMOUS | Mmap.FIXED);
    process.madvise(AT, HUGE, Advice.HUGEPAGE);
  }
}
