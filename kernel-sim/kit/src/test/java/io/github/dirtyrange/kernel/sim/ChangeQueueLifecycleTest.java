package io.github.dirtyrange.kernel.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dirtyrange.kernel.Categories;
import io.github.dirtyrange.kernel.ChangeQueue;
import io.github.dirtyrange.kernel.ChangeQueueOptions;
import io.github.dirtyrange.kernel.Errno;
import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.kernel.Law;
import io.github.dirtyrange.kernel.PageChangeBuffer;
import io.github.dirtyrange.kernel.PageRange;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.TrackedProcess;
import io.github.dirtyrange.kernel.kit.Window;
import io.github.dirtyrange.kernel.sim.machine.Profile;
import io.github.dirtyrange.kernel.sim.mm.Madvise.Advice;
import io.github.dirtyrange.kernel.sim.mm.Mmap;
import io.github.dirtyrange.kernel.sim.mm.Mremap;
import io.github.dirtyrange.kernel.sim.mm.Prot;
import io.github.dirtyrange.kernel.sim.queue.BoundedPerCpuDesign;
import io.github.dirtyrange.kernel.sim.queue.QueueDesign;
import io.github.dirtyrange.kernel.sim.queue.QueueDesigns;
import io.github.dirtyrange.kernel.sim.track.SimChangeQueue;
import io.github.dirtyrange.kernel.sim.track.Userfaultfd;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a queue costs, keeps and tells when it is closed, off, full of ranges, or bereft. */
class ChangeQueueLifecycleTest {

  private static final long P = Pages.SIZE;
  private static final long START = 1L << 30;
  private static final long VPN = Pages.vpn(START);
  private static final int RW = Prot.READ | Prot.WRITE;
  private static final int FIXED = Mmap.PRIVATE | Mmap.ANONYMOUS | Mmap.FIXED;

  private final SimKernel kernel = SimKernel.newest();
  private final SimProcess process = kernel.spawn();

  static Stream<QueueDesign> designs() {
    return QueueDesigns.registered().stream();
  }

  @Test
  void aClosedQueueCostsNothing() {
    process.mmap(START, 1_000 * P, RW, FIXED);
    open(process.tracked(), 0, 1).close();
    SimProcess untracked = SimKernel.newest().spawn();
    untracked.mmap(START, 1_000 * P, RW, FIXED);

    assertThat(nanosOfScatteredStores(process)).isEqualTo(nanosOfScatteredStores(untracked));
  }

  /** Each would arm away what the other is to see. */
  @Test
  void aProcessHasOneQueueAtATime() {
    process.mmap(START, 10 * P, RW, FIXED);
    ChangeQueue first = open(process.tracked(), VPN, VPN + 5);
    assertThatThrownBy(() -> open(process.tracked(), VPN + 5, VPN + 10))
        .isInstanceOfSatisfying(
            KernelException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EBUSY));
    process.store(START + 3 * P, 1);
    assertThat(take(first)).containsOnlyKeys(VPN + 3);
    first.close();

    ChangeQueue second = open(process.tracked(), VPN, VPN + 10);
    first.close();
    process.store(START + 4 * P, 1);
    assertThat(take(second)).containsOnlyKeys(VPN + 4);
  }

  private static long nanosOfScatteredStores(SimProcess process) {
    long before = process.kernel().nanoTime();
    for (int page = 0; page < 1_000; page += 2) {
      process.store(START + page * P, 1);
    }
    return process.kernel().nanoTime() - before;
  }

  @ParameterizedTest
  @MethodSource("designs")
  void whatIsUnmappedWhileAQueueIsOffIsToldAsGone(QueueDesign design) {
    process.mmap(START, 20 * P, RW, FIXED);
    process.storeRange(START, 20 * P, 1);
    ChangeQueue queue = open(kernel.open(process.pid(), design), VPN, VPN + 30);
    take(queue);
    queue.disable();
    process.munmap(START + 5 * P, P);
    process.munmap(START + 10 * P, P);
    process.mmap(START + 10 * P, P, Prot.READ, FIXED);
    queue.enable();

    assertThat(take(queue)).satisfies(told -> assertGone(queue, told, VPN + 5, VPN + 10));
    assertThat(take(queue)).isEmpty();
  }

  /** A whole page table of protected pages is passed by, but for what soft-dirty says of them. */
  @ParameterizedTest
  @MethodSource("designs")
  void whatIsWrittenAndThenProtectedWhileAQueueIsOffIsTold(QueueDesign design) {
    process.mmap(START, Pages.PER_TABLE * P, RW, FIXED);
    process.storeRange(START, Pages.PER_TABLE * P, 1);
    Userfaultfd fd = process.userfaultfd(Userfaultfd.WP_ASYNC);
    fd.register(VPN, VPN + Pages.PER_TABLE, Userfaultfd.WRITE_PROTECT);
    ChangeQueue queue = open(kernel.open(process.pid(), design), VPN, VPN + Pages.PER_TABLE);
    take(queue);
    queue.disable();
    process.store(START + 3 * P, 2);
    fd.writeProtect(VPN, VPN + Pages.PER_TABLE);
    queue.enable();

    assertThat(take(queue)).containsOnlyKeys(VPN + 3);
    assertThat(take(queue)).isEmpty();
  }

  /** The move carries what was written before the queue was off, and the new place counts too. */
  @ParameterizedTest
  @MethodSource("designs")
  void whatMovesWhileAQueueIsOffIsToldAtBothPlaces(QueueDesign design) {
    process.mmap(START, 4 * P, RW, FIXED);
    process.storeRange(START, 4 * P, 1);
    ChangeQueue queue = open(kernel.open(process.pid(), design), VPN, VPN + 30);
    take(queue);
    process.store(START, 2);
    queue.disable();
    process.mremap(START, 2 * P, 2 * P, Mremap.MAYMOVE | Mremap.FIXED, START + 20 * P);
    queue.enable();

    assertThat(take(queue)).containsKeys(VPN, VPN + 1, VPN + 20, VPN + 21);
  }

  @Test
  void aQueueThatIsOffChargesNoWrites() {
    process.mmap(START, 1_000 * P, RW, FIXED);
    open(process.tracked(), 0, 1).disable();
    SimProcess untracked = SimKernel.newest().spawn();
    untracked.mmap(START, 1_000 * P, RW, FIXED);

    assertThat(nanosOfScatteredStores(process)).isEqualTo(nanosOfScatteredStores(untracked));
  }

  /** Page 5 is not armed when the queue is turned on, so that its next write takes no fault. */
  @ParameterizedTest
  @MethodSource("designs")
  void whatIsWrittenWhileAQueueIsOffIsToldOnceItIsOn(QueueDesign design) {
    process.mmap(START, 10 * P, RW, FIXED);
    process.storeRange(START, 10 * P, 1);
    ChangeQueue queue = open(kernel.open(process.pid(), design), VPN, VPN + 10);
    take(queue);
    queue.disable();
    process.store(START + 4 * P, 2);
    process.store(START + 5 * P, 2);
    queue.enable();
    process.store(START + 5 * P, 3);

    assertThat(take(queue)).containsOnlyKeys(VPN + 4, VPN + 5);
    process.store(START + 5 * P, 4);
    assertThat(take(queue)).containsOnlyKeys(VPN + 5);
    List<Long> exact = new ArrayList<>();
    queue.drainExactly((start, end, changed, now) -> exact.add(start));
    assertThat(exact).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("designs")
  void aQueueOutlivesItsProcessAndTellsThatAllHasGone(QueueDesign design) {
    process.mmap(START, 10 * P, RW, FIXED);
    TrackedProcess tracked = kernel.open(process.pid(), design);
    ChangeQueue queue = open(tracked, VPN, VPN + 10);
    take(queue);
    process.store(START, 1);
    process.exit();

    assertThatThrownBy(() -> tracked.readMemoryIds(0, 1, new long[1]))
        .isInstanceOf(KernelException.class);
    long[] all = LongStream.range(VPN, VPN + 10).toArray();
    assertThat(take(queue)).satisfies(told -> assertGone(queue, told, all));
  }

  /** These pages and no others; a design that carries deltas says why, too. */
  private static void assertGone(ChangeQueue queue, Map<Long, Long> told, long... pages) {
    assertThat(told).containsOnlyKeys(LongStream.of(pages).boxed().toList());
    if (queue.claims().always().contains(Law.CARRIES_DELTAS)) {
      assertThat(told.values()).allMatch(changed -> (changed & Categories.GONE) != 0);
    }
  }

  @Test
  void aBoundedQueueOfManyRangesStaysInItsBudget() {
    process.mmap(START, 64 * 2_000 * P, RW, FIXED);
    List<PageRange> ranges = new ArrayList<>();
    for (int i = 0; i < 2_000; i++) {
      ranges.add(new PageRange(VPN + 64L * i, VPN + 64L * i + 1));
    }
    ChangeQueue queue =
        kernel
            .open(process.pid(), new BoundedPerCpuDesign())
            .openChangeQueue(new ChangeQueueOptions(ranges, SimChangeQueue.LEAST_BYTES));
    for (PageRange range : ranges) {
      process.store(Pages.address(range.startVpn()), 1);
    }

    PageChangeBuffer buffer = new PageChangeBuffer(1);
    List<Long> told = new ArrayList<>();
    boolean complete = false;
    while (!complete) {
      complete = queue.drain(buffer).complete();
      assertThat(queue.memoryBytes()).isLessThanOrEqualTo(SimChangeQueue.LEAST_BYTES);
      for (int i = 0; i < buffer.size(); i++) {
        told.add(buffer.startVpn(i));
      }
    }
    assertThat(told).hasSize(2_000).containsAll(ranges.stream().map(PageRange::startVpn).toList());
  }

  /** Untouched memory of the pool is HUGE to a scan, and so to a queue (law L7). */
  @Test
  void anUntouchedMappingOfThePoolIsToldAsHuge() {
    long bytes = 1024 * P;
    ChangeQueue queue = open(process.tracked(), VPN, VPN + 1024);
    take(queue);
    process.mmap(START, bytes, RW, FIXED | Mmap.HUGETLB);
    assertThat(take(queue).getOrDefault(VPN, 0L) & Categories.HUGE).isNotZero();

    process.registerWriteProtect(VPN, VPN + 1024);
    process.store(START, 1);
    long[] scanned = Window.categoriesOf(process.tracked(), VPN, 1024);
    assertThat(scanned[1023] & Categories.HUGE).isNotZero();
    queue.drain(
        (start, end, changed, now) -> {
          for (long vpn = start; vpn < end; vpn++) {
            assertThat(Categories.toString(now))
                .isEqualTo(Categories.toString(scanned[(int) (vpn - VPN)]));
          }
        });
  }

  /** Where kernels differ about bit 61, the queue and PAGEMAP_SCAN agree that it is no file. */
  @Test
  void theHugeZeroPageIsNoFileToAQueueWhateverBit61Says() {
    SimProcess older = new SimKernel(Profile.V6_18).spawn();
    long huge = 512 * P;
    older.mmap(START, huge, RW, FIXED);
    older.registerWriteProtect(VPN, VPN + 512);
    older.madvise(START, huge, Advice.HUGEPAGE);
    ChangeQueue queue = open(older.tracked(), VPN, VPN + 512);
    take(queue);
    older.madvise(START, huge, Advice.DONTNEED);
    older.load(START);
    List<Long> now = new ArrayList<>();
    queue.drain((start, end, what, holds) -> now.add(holds));
    assertThat(now).isNotEmpty().allMatch(holds -> (holds & Categories.FILE) == 0);
  }

  private static ChangeQueue open(TrackedProcess tracked, long startVpn, long endVpn) {
    PageRange range = new PageRange(startVpn, endVpn);
    return tracked.openChangeQueue(new ChangeQueueOptions(List.of(range), 1 << 20));
  }

  /** {@return what a drain says changed of each page} */
  private static Map<Long, Long> take(ChangeQueue queue) {
    Map<Long, Long> changed = new TreeMap<>();
    queue.drain(
        (start, end, what, now) -> {
          for (long vpn = start; vpn < end; vpn++) {
            changed.put(vpn, what);
          }
        });
    return changed;
  }
}
