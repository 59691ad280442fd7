package io.github.dirtyrange.kernel.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dirtyrange.kernel.PagemapEntry;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.sim.mm.Madvise.Advice;
import io.github.dirtyrange.kernel.sim.mm.Mmap;
import io.github.dirtyrange.kernel.sim.mm.Prot;
import org.junit.jupiter.api.Test;

/** A pinned frame is in use until it is unpinned, whoever unmaps it. */
class PinTest {

  private static final long P = Pages.SIZE;
  private static final long HUGE = P * Pages.PER_TABLE;
  private static final long AT = 100 * HUGE;
  private static final int RW = Prot.READ | Prot.WRITE;
  private static final int FIXED = Mmap.PRIVATE | Mmap.ANONYMOUS | Mmap.FIXED;

  private final SimKernel kernel = SimKernel.newest();
  private final SimProcess process = kernel.spawn();

  @Test
  void aFramePinnedBeyondItsMappingIsGivenToNobodyElse() {
    long pinned = pinnedThenUnmapped();
    map(P);
    process.store(AT, 8);
    assertThat(entry() & PagemapEntry.PFN_MASK).isNotEqualTo(pinned);
  }

  @Test
  void softDirtyOfANewPageIsClearedThoughAnOldOneIsPinned() {
    pinnedThenUnmapped();
    map(P);
    process.store(AT, 8);
    process.tracked().clearRefs(4);
    assertThat(entry() & PagemapEntry.SOFT_DIRTY).isZero();
  }

  @Test
  void theLastPinGivesTheFrameBack() {
    long pinned = pinnedThenUnmapped();
    assertThat(kernel.framesInUse()).isEqualTo(1);
    process.unpin(pinned);
    assertThat(kernel.framesInUse()).isZero();
    assertThatThrownBy(() -> process.unpin(pinned)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aPinOutlivesItsProcess() {
    map(P);
    process.store(AT, 7);
    long first = process.pin(AT);
    long second = process.pin(AT);
    process.exit();
    process.unpin(first);
    assertThat(kernel.framesInUse()).isEqualTo(1);
    process.unpin(second);
    assertThat(kernel.framesInUse()).isZero();
  }

  @Test
  void aPartOfAHugePageOutlivesTheRest() {
    map(HUGE);
    process.madvise(AT, HUGE, Advice.HUGEPAGE);
    process.store(AT, 7);
    long pinned = process.pin(AT + 5 * P);
    process.munmap(AT, HUGE);
    assertThat(kernel.framesInUse()).isEqualTo(1);
    process.unpin(pinned);
    assertThat(kernel.framesInUse()).isZero();
  }

  /** {@code can_split_folio}: nobody may move, or give back, what a device may write. */
  @Test
  void aHugePageWithAPinnedPartIsNotSplitForGood() {
    map(HUGE);
    process.madvise(AT, HUGE, Advice.HUGEPAGE);
    process.store(AT, 7);
    long frame = process.pin(AT + 5 * P);
    kernel.reclaim(new MappedPage(process, Pages.vpn(AT)));
    assertThat(entry() & PagemapEntry.PRESENT).isNotZero();
    assertThat(kernel.framesInUse()).isEqualTo(Pages.PER_TABLE);
    assertThat(process.pin(AT + 5 * P)).isEqualTo(frame);
  }

  /** {@code copy_huge_pmd}: or the parent's next store would leave the device its old frame. */
  @Test
  void aHugePageWithAPinnedPartKeepsItInTheParent() {
    map(HUGE);
    process.madvise(AT, HUGE, Advice.HUGEPAGE);
    process.store(AT + 5 * P, 7);
    long frame = process.pin(AT + 5 * P);
    SimProcess child = process.fork();
    process.store(AT + 5 * P, 8);
    assertThat(process.pin(AT + 5 * P)).isEqualTo(frame);
    assertThat(child.load(AT + 5 * P)).isEqualTo(7);
  }

  /** {@code copy_hugetlb_page_range}. */
  @Test
  void aPinnedPageOfThePoolStaysTheParents() {
    process.mmap(AT, HUGE, RW, FIXED | Mmap.HUGETLB);
    process.store(AT, 7);
    long frame = process.pin(AT);
    SimProcess child = process.fork();
    process.store(AT, 8);
    assertThat(process.pin(AT)).isEqualTo(frame);
    assertThat(child.load(AT)).isEqualTo(7);
  }

  private long pinnedThenUnmapped() {
    map(P);
    process.store(AT, 7);
    long pinned = process.pin(AT);
    process.munmap(AT, P);
    return pinned;
  }

  private void map(long bytes) {
    process.mmap(AT, bytes, RW, FIXED);
  }

  private long entry() {
    long[] entry = new long[1];
    process.tracked().readPagemap(Pages.vpn(AT), 1, entry);
    return entry[0];
  }
}
