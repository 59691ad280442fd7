package io.github.dirtyrange.kernel.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.sim.mm.Madvise.Advice;
import io.github.dirtyrange.kernel.sim.mm.Mmap;
import io.github.dirtyrange.kernel.sim.mm.Mremap;
import io.github.dirtyrange.kernel.sim.mm.Prot;
import org.junit.jupiter.api.Test;

/** Memory that only a mapping or a descriptor stands for goes with the last of them. */
class SharedMemoryLifetimeTest {

  private static final long P = Pages.SIZE;
  private static final int RW = Prot.READ | Prot.WRITE;

  private final SimKernel kernel = SimKernel.newest();
  private final SimProcess process = kernel.spawn();

  @Test
  void sharedMemoryGoesWithItsLastMapping() {
    long address = process.mmap(0, P, RW, Mmap.SHARED | Mmap.ANONYMOUS);
    process.store(address, 1);
    assertThat(kernel.framesInUse()).isEqualTo(1);
    process.munmap(address, P);
    assertThat(kernel.framesInUse()).isZero();
  }

  @Test
  void sharedMemoryStaysWhileAChildOrAPartMapsIt() {
    long address = process.mmap(0, 4 * P, RW, Mmap.SHARED | Mmap.ANONYMOUS);
    process.storeRange(address, 4 * P, 1);
    SimProcess child = process.fork();
    process.exit();
    child.munmap(address + P, 2 * P);
    assertThat(kernel.framesInUse()).isEqualTo(4);
    assertThat(child.load(address)).isEqualTo(1);
    child.munmap(address, P);
    child.munmap(address + 3 * P, P);
    assertThat(kernel.framesInUse()).isZero();
  }

  @Test
  void sharedMemoryFollowsItsMappingThroughSplitsMergesAndMoves() {
    long address = process.mmap(0, 4 * P, RW, Mmap.SHARED | Mmap.ANONYMOUS);
    process.storeRange(address, 4 * P, 1);
    process.mprotect(address + P, P, Prot.READ);
    process.mprotect(address + P, P, RW);
    long moved = 1L << 40;
    process.mremap(address, 4 * P, 4 * P, Mremap.MAYMOVE | Mremap.FIXED, moved);
    assertThat(process.load(moved + P)).isEqualTo(1);
    process.munmap(moved, 4 * P);
    assertThat(kernel.framesInUse()).isZero();
  }

  @Test
  void whatWasSwappedOutGoesToo() {
    long address = process.mmap(0, P, RW, Mmap.SHARED | Mmap.ANONYMOUS);
    process.store(address, 1);
    process.madvise(address, P, Advice.PAGEOUT);
    process.exit();
    kernel.swapOff();
    assertThat(kernel.framesInUse()).isZero();
  }

  @Test
  void hugePagesGoBackToThePool() {
    long huge = P * Pages.PER_TABLE;
    long address = process.mmap(0, huge, RW, Mmap.SHARED | Mmap.ANONYMOUS | Mmap.HUGETLB);
    process.store(address, 1);
    assertThat(kernel.framesInUse()).isEqualTo(Pages.PER_TABLE);
    process.munmap(address, huge);
    assertThat(kernel.framesInUse()).isZero();
  }

  @Test
  void aMemfdStaysUntilItIsClosedAndUnmapped() {
    SimFile file = kernel.createMemfd("m");
    file.truncate(2 * P);
    long address = process.mmapFile(0, 2 * P, RW, Mmap.SHARED, file, 0);
    process.store(address, 5);
    process.munmap(address, 2 * P);
    long again = process.mmapFile(0, 2 * P, RW, Mmap.SHARED, file, 0);
    assertThat(process.load(again)).isEqualTo(5);
    file.close();
    assertThat(process.load(again)).isEqualTo(5);
    assertThatThrownBy(() -> file.truncate(P)).isInstanceOf(KernelException.class);
    process.munmap(again, 2 * P);
    assertThat(kernel.framesInUse()).isZero();
  }

  @Test
  void aFileOnADiskStaysCached() {
    SimFile file = kernel.createFile("/f");
    file.truncate(P);
    long address = process.mmapFile(0, P, RW, Mmap.SHARED, file, 0);
    process.store(address, 5);
    process.exit();
    file.close();
    assertThat(kernel.framesInUse()).isEqualTo(1);
  }
}
