package io.github.dirtyrange.kernel.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.dirtyrange.kernel.Errno;
import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.sim.machine.Profile;
import io.github.dirtyrange.kernel.sim.mm.Mmap;
import io.github.dirtyrange.kernel.sim.mm.Prot;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

/** Heaps, which grow up when told to, and stacks, which grow down when touched. */
class GrowthTest {

  private static final long HEAP = 0x1000_0000L;
  private static final long STACK = 0x2000_0000L;
  private static final int FIXED = Mmap.PRIVATE | Mmap.ANONYMOUS | Mmap.FIXED;

  private final SimProcess process = new SimKernel(Profile.V6_18).spawn();

  private void map(long address, int flags) {
    process.mmap(address, Pages.SIZE, Prot.READ | Prot.WRITE, FIXED | flags);
  }

  private static Errno refusal(Runnable call) {
    return catchThrowableOfType(KernelException.class, call::run).errno();
  }

  @Test
  void aHeapNeedsAFreePageBehindIt() {
    process.setHeap(HEAP);
    map(HEAP + 4 * Pages.SIZE, 0);
    assertThat(process.brk(HEAP + 3 * Pages.SIZE)).isEqualTo(HEAP + 3 * Pages.SIZE);
    assertThat(process.brk(HEAP + 4 * Pages.SIZE)).isEqualTo(HEAP + 3 * Pages.SIZE);
  }

  @Test
  void aHeapKeepsItsDistanceToAStack() {
    process.setHeap(HEAP);
    map(HEAP + 300 * Pages.SIZE, Mmap.GROWSDOWN);
    assertThat(process.brk(HEAP + 44 * Pages.SIZE)).isEqualTo(HEAP);
    assertThat(process.brk(HEAP + 43 * Pages.SIZE)).isEqualTo(HEAP + 43 * Pages.SIZE);
  }

  @Test
  void aHeapDoesNotBeginWithinTheMappingBeforeIt() {
    process.setHeap(HEAP);
    map(HEAP - Pages.SIZE, 0);
    process.brk(HEAP + Pages.SIZE);
    process.brk(HEAP + 2 * Pages.SIZE);
    assertThat(process.tracked().maps()).extracting("startVpn").contains(Pages.vpn(HEAP));
    assertThat(process.tracked().maps()).hasSize(2);
  }

  @Test
  void aHeapOfWhichNothingIsLeftDoesNotShrink() {
    process.setHeap(HEAP);
    process.brk(HEAP + 2 * Pages.SIZE);
    process.munmap(HEAP, 2 * Pages.SIZE);
    assertThat(process.brk(HEAP)).isEqualTo(HEAP + 2 * Pages.SIZE);
  }

  @Test
  void aForkedChildMovesItsOwnHeap() {
    process.setHeap(HEAP);
    process.brk(HEAP + Pages.SIZE);
    SimProcess child = process.fork();
    child.brk(HEAP + 5 * Pages.SIZE);
    assertThat(process.brk(0)).isEqualTo(HEAP + Pages.SIZE);
  }

  @Test
  void aStackGrowsForTheCpuAndForProcMemOnly() {
    map(STACK, Mmap.GROWSDOWN);
    long below = STACK - Pages.SIZE;
    assertThat(refusal(() -> process.writeFromOutside(below, 1))).isEqualTo(Errno.EFAULT);
    process.writeByProcMem(below, 7);
    assertThat(process.load(below)).isEqualTo(7);
    process.touch(below - Pages.SIZE);
    assertThat(process.load(below - Pages.SIZE)).isZero();
  }

  /** process_vm_readv of Linux 6.18.44 fails with EFAULT, and the mapping stays as it was. */
  @Test
  void aStackDoesNotGrowForATrackerThatReadsBelowIt() {
    map(STACK, Mmap.GROWSDOWN);
    long below = Pages.vpn(STACK) - 4;
    ByteBuffer target = ByteBuffer.allocate(Pages.SIZE);
    long read = process.tracked().readPages(new long[] {below, below + 1}, 0, 1, target);
    assertThat(read).isZero();
    assertThat(process.tracked().maps()).extracting("startVpn").containsExactly(below + 4);
  }

  /** The CPU can read it, since x86 has no bit for that; process_vm_readv wants VM_READ. */
  @Test
  void memoryThatMayOnlyBeWrittenIsReadByTheCpuAlone() {
    process.mmap(HEAP, Pages.SIZE, Prot.WRITE, FIXED);
    process.store(HEAP, 5);
    assertThat(process.load(HEAP)).isEqualTo(5);
    long vpn = Pages.vpn(HEAP);
    ByteBuffer target = ByteBuffer.allocate(Pages.SIZE);
    assertThat(process.tracked().readPages(new long[] {vpn, vpn + 1}, 0, 1, target)).isZero();
  }

  @Test
  void aStackDoesNotGrowNearAccessibleMemory() {
    map(STACK, Mmap.GROWSDOWN);
    map(STACK - 10 * Pages.SIZE, 0);
    assertThat(refusal(() -> process.load(STACK - Pages.SIZE))).isEqualTo(Errno.EFAULT);
  }

  @Test
  void nothingIsPutBelowAStackOnAHint() {
    map(STACK, Mmap.GROWSDOWN);
    int anywhere = Mmap.PRIVATE | Mmap.ANONYMOUS;
    long hint = STACK - 2 * Pages.SIZE;
    assertThat(process.mmap(hint, Pages.SIZE, Prot.READ, anywhere)).isNotEqualTo(hint);
  }
}
