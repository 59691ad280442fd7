package io.github.dirtyrange.track;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dirtyrange.copy.PageCopier;
import io.github.dirtyrange.copy.PageSink;
import io.github.dirtyrange.kernel.Categories;
import io.github.dirtyrange.kernel.ChangeQueue;
import io.github.dirtyrange.kernel.ChangeQueueOptions;
import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.TrackedProcess;
import io.github.dirtyrange.kernel.TrackedRanges;
import io.github.dirtyrange.kernel.Vma;
import io.github.dirtyrange.kernel.sim.SimKernel;
import io.github.dirtyrange.kernel.sim.SimProcess;
import io.github.dirtyrange.kernel.sim.mm.Madvise;
import io.github.dirtyrange.kernel.sim.mm.Mmap;
import io.github.dirtyrange.kernel.sim.mm.Mremap;
import io.github.dirtyrange.kernel.sim.mm.Prot;
import io.github.dirtyrange.kernel.sim.queue.QueueDesign;
import io.github.dirtyrange.kernel.sim.queue.QueueDesigns;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.Tuple.Tuple3;
import org.junit.jupiter.api.Test;

/** What a tracker says is what its queue says, and enough to keep a copy of the process by. */
class QueueTrackerTest {

  private static final long BASE = 1L << 20;
  private static final int PAGES = 24;
  private static final int RW = Prot.READ | Prot.WRITE;
  private static final int FIXED = Mmap.PRIVATE | Mmap.ANONYMOUS | Mmap.FIXED;
  private static final ChangeQueueOptions WHOLE =
      new ChangeQueueOptions(TrackedRanges.allOfUserSpace(), 1 << 20);

  private enum Operation {
    STORE,
    MAP,
    UNMAP,
    MOVE,
    DROP,
    SWAP_OUT,
    PROTECT,
    COLLECT
  }

  private SimKernel kernel = SimKernel.newest();
  private SimProcess process = kernel.spawn();
  private long stamp;

  @Provide
  Arbitrary<QueueDesign> designs() {
    return Arbitraries.of(QueueDesigns.registered());
  }

  /** Each step an operation, the page it starts at, and how many pages. */
  @Provide
  Arbitrary<List<Tuple3<Operation, Integer, Integer>>> programs() {
    Arbitrary<Integer> pages = Arbitraries.integers().between(0, PAGES - 1);
    Arbitrary<Integer> counts = Arbitraries.integers().between(1, 6);
    return net.jqwik.api.Combinators.combine(Arbitraries.of(Operation.class), pages, counts)
        .as(Tuple::of)
        .list()
        .ofMaxSize(40);
  }

  @Property
  void aTrackerReportsEveryRegionOfTheDrainCategoryByCategory(
      @ForAll("programs") List<Tuple3<Operation, Integer, Integer>> program,
      @ForAll("designs") QueueDesign design) {
    List<String> told = new ArrayList<>();
    begin();
    try (TrackedProcess tracked = kernel.open(process.pid(), design);
        ChangeQueue queue = tracked.openChangeQueue(WHOLE)) {
      queue.disable();
      WriteProtection.arm(tracked, WHOLE.ranges().toList());
      queue.enable();
      queue.drainExactly((startVpn, endVpn, changed, now) -> {});
      for (Tuple3<Operation, Integer, Integer> step : program) {
        if (step.get1() == Operation.COLLECT) {
          List<String> regions = new ArrayList<>();
          long epoch = queue.drain((a, b, c, d) -> regions.add(text(a, b, c, d))).epoch();
          told.add(epoch + " " + regions);
        } else {
          run(step);
        }
      }
    }
    List<String> found = new ArrayList<>();
    begin();
    ChangedPages changed = new ChangedPages();
    try (TrackedProcess tracked = kernel.open(process.pid(), design);
        QueueTracker tracker = new QueueTracker(kernel, tracked, WHOLE)) {
      tracker.start();
      for (Tuple3<Operation, Integer, Integer> step : program) {
        if (step.get1() == Operation.COLLECT) {
          Round round = tracker.collect(changed);
          found.add(round.epoch() + " " + regions(changed));
        } else {
          run(step);
        }
      }
    }
    assertThat(found).isEqualTo(told);
  }

  /** Law: who copies what is to be copied and drops what is gone holds what the process holds. */
  @Property
  void aCopyKeptByRoundsHoldsWhatTheProcessHolds(
      @ForAll("programs") List<Tuple3<Operation, Integer, Integer>> program,
      @ForAll("designs") QueueDesign design) {
    begin();
    Copy copy = new Copy();
    ChangedPages changed = new ChangedPages();
    try (TrackedProcess tracked = kernel.open(process.pid(), design);
        QueueTracker tracker = new QueueTracker(kernel, tracked, WHOLE)) {
      PageCopier copier = new PageCopier(tracked, 4);
      tracker.start();
      for (Tuple3<Operation, Integer, Integer> step : program) {
        if (step.get1() == Operation.COLLECT) {
          tracker.collect(changed);
          copier.copy(changed, copy);
        } else {
          run(step);
        }
      }
      tracker.collect(changed);
      copier.copy(changed, copy);
      for (Vma vma : tracked.maps()) {
        for (long vpn = vma.startVpn(); vpn < vma.endVpn() && vma.readable(); vpn++) {
          long held = process.load(Pages.address(vpn));
          assertThat(copy.pages.getOrDefault(vpn, 0L)).as("page %d", vpn).isEqualTo(held);
        }
      }
    }
  }

  @Test
  void whatIsUnmappedIsGoneAndNotToBeCopied() {
    begin();
    process.mmap(Pages.address(BASE), 4L * Pages.SIZE, RW, FIXED);
    process.storeRange(Pages.address(BASE), 4L * Pages.SIZE, 7);
    ChangedPages changed = new ChangedPages();
    Copy copy = new Copy();
    try (TrackedProcess tracked = process.tracked();
        QueueTracker tracker = new QueueTracker(kernel, tracked, WHOLE)) {
      tracker.start();
      process.store(Pages.address(BASE), 8);
      process.munmap(Pages.address(BASE + 1), 2L * Pages.SIZE);
      tracker.collect(changed);
      new PageCopier(tracked, 4).copy(changed, copy);
    }
    assertThat(changed.pages()).isEqualTo(1);
    assertThat(copy.gone).containsExactly("[" + (BASE + 1) + ", " + (BASE + 3) + ")");
    assertThat(copy.unreadable).isEmpty();
    assertThat(copy.pages).containsExactly(Map.entry(BASE, 8L));
  }

  private void begin() {
    kernel = SimKernel.newest();
    process = kernel.spawn();
    stamp = 0;
  }

  private void run(Tuple3<Operation, Integer, Integer> step) {
    long address = Pages.address(BASE + step.get2());
    long bytes = (long) step.get3() * Pages.SIZE;
    try {
      switch (step.get1()) {
        case STORE -> process.storeRange(address, bytes, ++stamp);
        case MAP -> process.mmap(address, bytes, RW, FIXED);
        case UNMAP -> process.munmap(address, bytes);
        case MOVE -> {
          int both = Mremap.MAYMOVE | Mremap.FIXED;
          process.mremap(address, bytes, bytes, both, address + (long) PAGES * Pages.SIZE);
        }
        case DROP -> process.madvise(address, bytes, Madvise.Advice.DONTNEED);
        case SWAP_OUT -> process.madvise(address, bytes, Madvise.Advice.PAGEOUT);
        case PROTECT -> process.mprotect(address, bytes, Prot.READ);
        case COLLECT -> throw new IllegalArgumentException("not the process's");
      }
    } catch (KernelException refused) {
      // As a program that goes on after an error.
      assertThat(refused.errno()).isNotNull();
    }
  }

  private static List<String> regions(ChangedPages changed) {
    List<String> regions = new ArrayList<>();
    for (int i = 0; i < changed.regions(); i++) {
      changed.show(i, (a, b, c, d) -> regions.add(text(a, b, c, d)));
    }
    return regions;
  }

  private static String text(long startVpn, long endVpn, long changed, long now) {
    return String.format(
        "[%d, %d) %s, now %s",
        startVpn, endVpn, Categories.toString(changed), Categories.toString(now));
  }

  /** A copy of the process by page, as a reader of rounds keeps it. */
  private static final class Copy implements PageSink {

    private final Map<Long, Long> pages = new TreeMap<>();
    private final List<String> gone = new ArrayList<>();
    private final List<Long> unreadable = new ArrayList<>();

    @Override
    public void gone(long startVpn, long endVpn) {
      gone.add("[" + startVpn + ", " + endVpn + ")");
      pages.keySet().removeIf(vpn -> vpn >= startVpn && vpn < endVpn);
    }

    @Override
    public void page(long vpn, ByteBuffer buffer, int offset) {
      ByteBuffer littleEndian = buffer.duplicate().order(ByteOrder.LITTLE_ENDIAN);
      pages.put(vpn, littleEndian.getLong(offset));
    }

    @Override
    public void unreadable(long vpn) {
      unreadable.add(vpn);
      pages.remove(vpn);
    }
  }
}
