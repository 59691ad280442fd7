package io.github.dirtyrange.kernel.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.dirtyrange.kernel.Errno;
import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.sim.machine.Profile;
import io.github.dirtyrange.kernel.sim.mm.Madvise.Advice;
import io.github.dirtyrange.kernel.sim.mm.Mmap;
import io.github.dirtyrange.kernel.sim.mm.Mremap;
import io.github.dirtyrange.kernel.sim.mm.Prot;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What loads and stores find after each kind of call. */
class MemoryManagementTest {

  private static final int RW = Prot.READ | Prot.WRITE;
  private static final long P = Pages.SIZE;
  private static final long HUGE = P * Pages.PER_TABLE;

  private final SimKernel kernel = new SimKernel(Profile.V7_3);
  private final SimProcess process = kernel.spawn();

  private static Errno refusal(Runnable call) {
    return catchThrowableOfType(KernelException.class, call::run).errno();
  }

  @Test
  void aChildAndItsParentDoNotSeeEachOthersStores() {
    long address = process.mmap(2 * P);
    process.store(address, 1);
    SimProcess child = process.fork();
    child.store(address, 2);
    process.store(address + P, 3);

    assertThat(process.load(address)).isEqualTo(1);
    assertThat(child.load(address)).isEqualTo(2);
    assertThat(child.load(address + P)).isZero();
  }

  @Test
  void sharedMemoryIsSeenByTheChild() {
    long address = process.mmap(0, P, RW, Mmap.SHARED | Mmap.ANONYMOUS);
    SimProcess child = process.fork();
    child.store(address, 2);

    assertThat(process.load(address)).isEqualTo(2);
  }

  /** mremap with an old length of 0; the shrunk program of a difference from Linux 6.18. */
  @Test
  void aCopyOfSharedMemoryLeavesItsMappingInOnePiece() {
    long address = process.mmap(0, 4 * P, RW, Mmap.SHARED | Mmap.ANONYMOUS);
    process.store(address + 2 * P, 2);
    long copy = process.mremap(address + 2 * P, 0, P, Mremap.MAYMOVE, 0);

    assertThat(process.load(copy)).isEqualTo(2);
    assertThat(process.tracked().maps()).anyMatch(vma -> vma.pages() == 4);
  }

  @Test
  void aHugePageIsCopiedByTheSmallPageAfterAFork() {
    long address = hugePage();
    process.store(address + 5 * P, 5);
    SimProcess child = process.fork();
    child.store(address + 6 * P, 6);

    assertThat(child.load(address + 5 * P)).isEqualTo(5);
    assertThat(child.load(address + 6 * P)).isEqualTo(6);
    assertThat(process.load(address + 6 * P)).isZero();
  }

  @Test
  void aHugePageOfWhichAChildMapsAPartElsewhereIsNotReused() {
    long address = hugePage();
    process.store(address, 1);
    SimProcess child = process.fork();
    child.mremap(address + P, P, P, Mremap.MAYMOVE | Mremap.FIXED, address);
    process.store(address + P, 2);

    assertThat(child.load(address)).isZero();
  }

  private long hugePage() {
    long address = HUGE * 1_000;
    process.mmap(address, HUGE, RW, Mmap.PRIVATE | Mmap.ANONYMOUS | Mmap.FIXED);
    process.madvise(address, HUGE, Advice.HUGEPAGE);
    return address;
  }

  @Test
  void splittingAndCollapsingKeepsWhatPagesHold() {
    long address = hugePage();
    process.store(address + 5 * P, 5);
    process.madvise(address, P, Advice.DONTNEED);
    process.madvise(address, HUGE, Advice.COLLAPSE);

    assertThat(process.load(address + 5 * P)).isEqualTo(5);
    assertThat(process.load(address)).isZero();
  }

  @Test
  void everyFrameIsGivenBackAtExit() {
    long address = hugePage();
    process.store(address, 1);
    process.madvise(address, P, Advice.DONTNEED);
    process.madvise(address, HUGE, Advice.COLLAPSE);
    SimProcess child = process.fork();
    child.store(address, 2);
    process.exit();
    child.store(address + P, 3);
    child.exit();

    assertThat(kernel.framesInUse()).isZero();
  }

  @Test
  void guardedPagesCannotBeTouchedUntilTheGuardIsRemoved() {
    long address = process.mmap(2 * P);
    process.store(address, 1);
    process.madvise(address, P, Advice.GUARD_INSTALL);

    assertThat(refusal(() -> process.load(address))).isEqualTo(Errno.EFAULT);
    process.madvise(address, P, Advice.DONTNEED);
    assertThat(refusal(() -> process.load(address))).isEqualTo(Errno.EFAULT);
    process.madvise(address, P, Advice.GUARD_REMOVE);
    assertThat(process.load(address)).isZero();
  }

  @Test
  void aStackGrowsDownToWhereItIsTouched() {
    long address = HUGE * 1_000;
    process.mmap(address, P, RW, Mmap.PRIVATE | Mmap.ANONYMOUS | Mmap.FIXED | Mmap.GROWSDOWN);
    process.store(address - 3 * P, 7);

    assertThat(process.load(address - 3 * P)).isEqualTo(7);
    assertThat(process.tracked().maps().get(0).pages()).isEqualTo(4);
  }

  @Test
  void aTruncatedFileTakesItsPagesAndPrivateCopiesAlong() {
    SimFile file = kernel.createFile("/f");
    file.truncate(4 * P);
    long shared = process.mmapFile(0, 4 * P, RW, Mmap.SHARED, file, 0);
    long copied = process.mmapFile(0, 4 * P, RW, Mmap.PRIVATE, file, 0);
    process.store(shared + 2 * P, 1);
    process.store(copied + 2 * P, 2);
    file.truncate(2 * P);

    assertThat(refusal(() -> process.load(shared + 2 * P))).isEqualTo(Errno.EIO);
    assertThat(refusal(() -> process.load(copied + 2 * P))).isEqualTo(Errno.EIO);
    assertThat(process.load(shared + P)).isZero();
  }

  @Test
  void aPunchedHoleLeavesPrivateCopies() {
    SimFile file = kernel.createMemfd("m");
    file.truncate(P);
    long shared = process.mmapFile(0, P, RW, Mmap.SHARED, file, 0);
    long copied = process.mmapFile(0, P, RW, Mmap.PRIVATE, file, 0);
    process.store(shared, 1);
    process.store(copied, 2);
    file.punchHole(0, P);

    assertThat(process.load(shared)).isZero();
    assertThat(process.load(copied)).isEqualTo(2);
  }

  @Test
  void twoMappingsOfOneFileHoldTheSame() {
    SimFile file = kernel.createFile("/f");
    file.truncate(P);
    long one = process.mmapFile(0, P, RW, Mmap.SHARED, file, 0);
    long other = kernel.spawn().mmapFile(0, P, RW, Mmap.SHARED, file, 0);
    process.store(one, 9);
    file.write(0, 10);

    assertThat(process.load(one)).isEqualTo(10);
    assertThat(other).isNotZero();
  }

  @Test
  void collapsingInsideABlockFailsUpTo618() {
    assertThat(collapseInsideABlock(Profile.V7_3)).isNull();
    assertThat(collapseInsideABlock(Profile.V6_18)).isEqualTo(Errno.EINVAL);
  }

  private static @Nullable Errno collapseInsideABlock(Profile profile) {
    SimProcess process = new SimKernel(profile).spawn();
    long address = HUGE * 1_000;
    process.mmap(address, 2 * HUGE, RW, Mmap.PRIVATE | Mmap.ANONYMOUS | Mmap.FIXED);
    process.store(address, 1);
    try {
      process.madvise(address + P, 2 * P, Advice.COLLAPSE);
      return null;
    } catch (KernelException e) {
      return e.errno();
    }
  }

  @Test
  void aGapBetweenAnUntouchedAndATouchedMappingIsFilled() {
    assertThat(mappingsAfterFillingAGap(Profile.V6_1)).containsExactly(1L, 2L);
    assertThat(mappingsAfterFillingAGap(Profile.V6_12)).containsExactly(3L);
  }

  private static List<Long> mappingsAfterFillingAGap(Profile profile) {
    SimProcess process = new SimKernel(profile).spawn();
    long address = HUGE * 1_000;
    int fixed = Mmap.PRIVATE | Mmap.ANONYMOUS | Mmap.FIXED;
    process.mmap(address, 3 * P, RW, fixed);
    process.munmap(address + P, P);
    process.store(address + 2 * P, 1);
    process.mmap(address + P, P, RW, fixed);
    return process.tracked().maps().stream().map(m -> m.pages()).toList();
  }

  @Test
  void aMovedMappingThatIsUnregisteredStaysApart() {
    SimProcess process = new SimKernel(Profile.V7_3).spawn();
    long address = HUGE * 1_000;
    process.mmap(address, 4 * P, Prot.NONE, Mmap.PRIVATE | Mmap.ANONYMOUS | Mmap.FIXED);
    process.registerWriteProtect(Pages.vpn(address) + 3, Pages.vpn(address) + 4);
    process.mremap(address + 3 * P, P, P, Mremap.MAYMOVE | Mremap.FIXED, address - P);

    assertThat(process.tracked().maps()).extracting(m -> m.pages()).containsExactly(1L, 3L);
  }

  @Test
  void aCopyThatLeavesItsSourceBehindMergesWithItUpTo618() {
    assertThat(mappingsAfterCopyingToTheEnd(Profile.V6_18)).containsExactly(6L);
    assertThat(mappingsAfterCopyingToTheEnd(Profile.V7_3)).containsExactly(4L, 2L);
  }

  @Test
  void aCopyInTheMiddleOfItsSourceMergesWithWhatFollows() {
    SimProcess process = new SimKernel(Profile.V7_3).spawn();
    long address = HUGE * 1_000;
    process.mmap(address, 8 * P, RW, Mmap.PRIVATE | Mmap.ANONYMOUS | Mmap.FIXED);
    int copy = Mremap.MAYMOVE | Mremap.DONTUNMAP | Mremap.FIXED;
    process.mremap(address, 2 * P, 2 * P, copy, address + 4 * P);
    assertThat(process.tracked().maps()).extracting(m -> m.pages()).containsExactly(4L, 4L);
  }

  /** Up to 6.16 lengths are compared before they are rounded up to pages. */
  @Test
  void aCopyOfAnotherLengthIsRefusedThoughBothAreOnePage() {
    assertThat(errorOfCopyingHalfAPage(Profile.V6_12)).isEqualTo(Errno.EINVAL);
    assertThat(errorOfCopyingHalfAPage(Profile.V7_3)).isEqualTo(Errno.EFAULT);
  }

  private static Errno errorOfCopyingHalfAPage(Profile profile) {
    SimProcess process = new SimKernel(profile).spawn();
    int copy = Mremap.MAYMOVE | Mremap.DONTUNMAP;
    return refusal(() -> process.mremap(HUGE * 1_000, P / 2, P, copy, 0));
  }

  private static List<Long> mappingsAfterCopyingToTheEnd(Profile profile) {
    SimProcess process = new SimKernel(profile).spawn();
    long address = HUGE * 1_000;
    process.mmap(address, 4 * P, RW, Mmap.PRIVATE | Mmap.ANONYMOUS | Mmap.FIXED);
    int copy = Mremap.MAYMOVE | Mremap.DONTUNMAP;
    process.mremap(address, 2 * P, 2 * P, copy, address + 4 * P);
    return process.tracked().maps().stream().map(m -> m.pages()).toList();
  }

  @Test
  void mappingsOfAFileThatWasOpenedTwiceStayApart() {
    SimFile file = kernel.createFile("/f");
    file.truncate(3 * P);
    long start = HUGE * 1_000;
    int fixed = Mmap.PRIVATE | Mmap.FIXED;
    process.mmapFile(start, P, Prot.READ, fixed, file, 0);
    process.mmapFile(start + P, P, Prot.READ, fixed, file, P);
    process.mmapFile(start + 2 * P, P, Prot.READ, fixed, file.readOnly(), 2 * P);

    assertThat(process.tracked().maps()).extracting(m -> m.pages()).containsExactly(2L, 1L);
  }

  @Test
  void aForkedChildWithoutTheMappingOrItsContents() {
    long address = process.mmap(P);
    long wiped = process.mmap(0, P, RW, Mmap.PRIVATE | Mmap.ANONYMOUS | Mmap.NORESERVE);
    process.store(address, 1);
    process.store(wiped, 2);
    process.madvise(address, P, Advice.DONTFORK);
    process.madvise(wiped, P, Advice.WIPEONFORK);
    SimProcess child = process.fork();

    assertThat(refusal(() -> child.load(address))).isEqualTo(Errno.EFAULT);
    assertThat(child.load(wiped)).isZero();
  }

  @Test
  void aReadOnlyMappingRefusesStoresAndAnInaccessibleOneLoads() {
    long address = process.mmap(P);
    process.store(address, 1);
    process.mprotect(address, P, Prot.READ);
    assertThat(refusal(() -> process.store(address, 2))).isEqualTo(Errno.EFAULT);
    process.mprotect(address, P, Prot.NONE);
    assertThat(refusal(() -> process.load(address))).isEqualTo(Errno.EFAULT);
    process.mprotect(address, P, RW);
    assertThat(process.load(address)).isEqualTo(1);
  }
}
