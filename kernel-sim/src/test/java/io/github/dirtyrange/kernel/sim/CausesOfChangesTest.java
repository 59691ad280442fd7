package io.github.dirtyrange.kernel.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dirtyrange.kernel.CauseCounts;
import io.github.dirtyrange.kernel.ChangeCause;
import io.github.dirtyrange.kernel.ChangeQueue;
import io.github.dirtyrange.kernel.ChangeQueueOptions;
import io.github.dirtyrange.kernel.PageChangeBuffer;
import io.github.dirtyrange.kernel.PageRange;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.sim.machine.Profile;
import io.github.dirtyrange.kernel.sim.mm.Madvise.Advice;
import io.github.dirtyrange.kernel.sim.mm.Mmap;
import io.github.dirtyrange.kernel.sim.mm.Mremap;
import io.github.dirtyrange.kernel.sim.mm.Prot;
import io.github.dirtyrange.kernel.sim.track.Userfaultfd;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A drain says what changed its pages. */
class CausesOfChangesTest {

  private static final int RW = Prot.READ | Prot.WRITE;
  private static final int FIXED = Mmap.PRIVATE | Mmap.ANONYMOUS | Mmap.FIXED;

  /** A block of 2 MiB, and what lies behind it. */
  private static final long VPN = 512 * 100;

  private static final long START = VPN * Pages.SIZE;
  private static final long FREE = START + 600 * Pages.SIZE;
  private static final long BLOCK = 512 * Pages.SIZE;
  private static final long PAGE = Pages.SIZE;

  private final SimKernel kernel = new SimKernel(Profile.V7_3);
  private final SimProcess process = kernel.spawn();

  private ChangeQueue queue() {
    PageRange range = new PageRange(VPN, VPN + 2048);
    ChangeQueue queue =
        process.tracked().openChangeQueue(new ChangeQueueOptions(List.of(range), 1 << 20));
    drained(queue);
    return queue;
  }

  private static CauseCounts drained(ChangeQueue queue) {
    return queue.drain((startVpn, endVpn, changed, now) -> {}).causes();
  }

  private static CauseCounts counts(Map<ChangeCause, Long> counts) {
    return new CauseCounts(counts);
  }

  private void map(long pages) {
    process.mmap(START, pages * PAGE, RW, FIXED);
  }

  private void write(long pages) {
    for (long i = 0; i < pages; i++) {
      process.store(START + i * PAGE, 7);
    }
  }

  @Test
  void firstTouchesAndStoresToArmedPagesAreFaults() {
    map(8);
    ChangeQueue queue = queue();
    write(3);
    process.load(START + 5 * PAGE);
    assertThat(drained(queue)).isEqualTo(counts(Map.of(ChangeCause.FAULT, 4L)));
    write(2);
    assertThat(drained(queue)).isEqualTo(counts(Map.of(ChangeCause.FAULT, 2L)));
    assertThat(drained(queue)).isEqualTo(CauseCounts.NONE);
  }

  @Test
  void aStoreToASharedPageCopiesIt() {
    map(8);
    write(4);
    process.fork();
    ChangeQueue queue = queue();
    write(2);
    assertThat(drained(queue)).isEqualTo(counts(Map.of(ChangeCause.COPY_ON_WRITE, 2L)));
  }

  @Test
  void aStoreToTheZeroPageOrToAFilesPageCopiesIt() {
    map(8);
    process.load(START);
    SimFile file = kernel.createFile("/file");
    file.truncate(2 * PAGE);
    process.mmapFile(START + 4 * PAGE, 2 * PAGE, RW, Mmap.PRIVATE | Mmap.FIXED, file, 0);
    ChangeQueue queue = queue();
    process.store(START, 7);
    process.store(START + 4 * PAGE, 7);
    assertThat(drained(queue)).isEqualTo(counts(Map.of(ChangeCause.COPY_ON_WRITE, 2L)));
  }

  @Test
  void pagesLeaveForSwapAndComeBack() {
    map(8);
    write(4);
    ChangeQueue queue = queue();
    kernel.reclaim(new MappedPage(process, VPN));
    kernel.reclaim(new MappedPage(process, VPN + 1));
    assertThat(drained(queue)).isEqualTo(counts(Map.of(ChangeCause.RECLAIM, 2L)));
    process.load(START);
    assertThat(drained(queue)).isEqualTo(counts(Map.of(ChangeCause.SWAP_IN, 1L)));
    kernel.swapOff();
    assertThat(drained(queue)).isEqualTo(counts(Map.of(ChangeCause.SWAP_IN, 1L)));
  }

  @Test
  void pagesThatHoldTheSameAreMerged() {
    map(8);
    write(2);
    process.madvise(START, 8 * PAGE, Advice.MERGEABLE);
    ChangeQueue queue = queue();
    write(2);
    kernel.mergeSamePages();
    assertThat(drained(queue))
        .isEqualTo(counts(Map.of(ChangeCause.FAULT, 2L, ChangeCause.MERGE, 1L)));
    process.store(START, 8);
    assertThat(drained(queue)).isEqualTo(counts(Map.of(ChangeCause.COPY_ON_WRITE, 1L)));
  }

  /** The page is made, and its protection lifted: two transitions of one fault. */
  @Test
  void aStoreToAnArmedHoleIsOneFault() {
    map(8);
    process.registerWriteProtect(VPN, VPN + 8);
    ChangeQueue queue = queue();
    write(1);
    assertThat(drained(queue).pages(ChangeCause.FAULT)).isEqualTo(1);
  }

  @Test
  void smallPagesCollapseAndAHugePageIsSplit() {
    map(512);
    write(1);
    ChangeQueue queue = queue();
    process.madvise(START, BLOCK, Advice.COLLAPSE);
    assertThat(drained(queue)).isEqualTo(counts(Map.of(ChangeCause.COLLAPSE, 512L)));
    process.madvise(START, PAGE, Advice.DONTNEED);
    assertThat(drained(queue))
        .isEqualTo(counts(Map.of(ChangeCause.SPLIT, 512L, ChangeCause.ZAP, 1L)));
  }

  @Test
  void whatIsUnmappedCountsOnce() {
    map(8);
    write(4);
    ChangeQueue queue = queue();
    process.munmap(START, 6 * PAGE);
    assertThat(drained(queue)).isEqualTo(counts(Map.of(ChangeCause.UNMAP, 6L)));
  }

  @Test
  void aNewMappingReadsSoftDirty() {
    ChangeQueue queue = queue();
    map(8);
    assertThat(drained(queue)).isEqualTo(counts(Map.of(ChangeCause.MAP, 8L)));
  }

  @Test
  void pagesMoveToAnotherAddress() {
    map(8);
    write(2);
    ChangeQueue queue = queue();
    process.mremap(START, 8 * PAGE, 8 * PAGE, Mremap.MAYMOVE | Mremap.FIXED, FREE);
    CauseCounts counts = drained(queue);
    assertThat(counts.pages().keySet())
        .containsExactlyInAnyOrder(ChangeCause.MOVE, ChangeCause.UNMAP);
    assertThat(counts.pages(ChangeCause.UNMAP)).isEqualTo(8);
    assertThat(counts.pages(ChangeCause.MOVE)).isEqualTo(2 + 2);
  }

  @Test
  void aUserfaultfdLiftsProtectionAndNothingIsToldOfArmingAgain() {
    map(8);
    Userfaultfd userfaults = process.userfaultfd(Userfaultfd.WP_ASYNC);
    userfaults.register(VPN, VPN + 8, Userfaultfd.WRITE_PROTECT);
    ChangeQueue queue = queue();
    userfaults.unprotect(VPN, VPN + 2);
    assertThat(drained(queue)).isEqualTo(counts(Map.of(ChangeCause.USERFAULTFD, 2L)));
    assertThat(drained(queue)).as("new markers").isEqualTo(CauseCounts.NONE);
  }

  @Test
  void whatLiesOutsideTheRangesOrIsNotAskedForDoesNotCount() {
    map(8);
    PageRange range = new PageRange(VPN + 1, VPN + 3);
    ChangeQueue queue =
        process.tracked().openChangeQueue(new ChangeQueueOptions(List.of(range), 1 << 20));
    drained(queue);
    write(8);
    assertThat(drained(queue)).isEqualTo(counts(Map.of(ChangeCause.FAULT, 2L)));
  }

  @Test
  void aQueueThatIsOffCountsNothing() {
    map(8);
    ChangeQueue queue = queue();
    queue.disable();
    write(8);
    assertThat(drained(queue)).isEqualTo(CauseCounts.NONE);
  }

  @Test
  void theCausesOfADrainAreInItsFirstReport() {
    map(8);
    ChangeQueue queue = queue();
    process.store(START, 1);
    process.store(START + 4 * PAGE, 1);
    PageChangeBuffer one = new PageChangeBuffer(1);
    assertThat(queue.drain(one).causes()).isEqualTo(counts(Map.of(ChangeCause.FAULT, 2L)));
    assertThat(queue.drain(one).causes()).isEqualTo(CauseCounts.NONE);
  }
}
