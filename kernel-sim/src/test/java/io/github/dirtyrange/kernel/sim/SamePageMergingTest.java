package io.github.dirtyrange.kernel.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.sim.mm.Madvise.Advice;
import org.junit.jupiter.api.Test;

/** What MADV_FREE may take, and what it may not since somebody else relies on it. */
class SamePageMergingTest {

  private static final long P = Pages.SIZE;

  private final SimKernel kernel = SimKernel.newest();
  private final SimProcess process = kernel.spawn();
  private final long address = process.mmap(2 * P);

  @Test
  void whatIsWrittenAfterMadvFreeSurvivesMergingAndReclaim() {
    storeBoth();
    process.madvise(address, P, Advice.FREE);
    process.store(address, 7);
    merge();
    reclaim(process);
    assertBothHold();
  }

  @Test
  void madvFreeOfOneMergedPageLeavesTheOther() {
    storeBoth();
    merge();
    process.madvise(address, P, Advice.FREE);
    reclaim(process);
    assertThat(process.load(address + P)).isEqualTo(7);
  }

  @Test
  void aPageMergedIntoOneThatWasFreedKeepsWhatItHolds() {
    storeBoth();
    merge();
    process.madvise(address + P, P, Advice.DONTNEED);
    process.madvise(address, P, Advice.FREE);
    process.store(address + P, 7);
    kernel.mergeSamePages();
    reclaim(process);
    assertThat(process.load(address + P)).isEqualTo(7);
  }

  /** Neither entry says dirty after both were swapped in, and swap has forgotten the page. */
  @Test
  void madvFreeByAChildLeavesWhatTheParentSwappedIn() {
    storeBoth();
    SimProcess child = process.fork();
    reclaim(process);
    process.load(address);
    child.load(address);
    child.madvise(address, P, Advice.FREE);
    reclaim(child);
    assertThat(process.load(address)).isEqualTo(7);
  }

  @Test
  void aPageThatNobodyElseMapsIsFreedAfterSwapIn() {
    storeBoth();
    reclaim(process);
    process.load(address);
    process.madvise(address, P, Advice.FREE);
    reclaim(process);
    assertThat(process.load(address)).isZero();
  }

  private void storeBoth() {
    process.store(address, 7);
    process.store(address + P, 7);
  }

  private void merge() {
    process.madvise(address, 2 * P, Advice.MERGEABLE);
    kernel.mergeSamePages();
  }

  private void reclaim(SimProcess of) {
    kernel.reclaim(new MappedPage(of, Pages.vpn(address)));
  }

  private void assertBothHold() {
    assertThat(process.load(address)).isEqualTo(7);
    assertThat(process.load(address + P)).isEqualTo(7);
  }
}
