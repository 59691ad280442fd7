package io.github.dirtyrange.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.TrackedProcess;
import io.github.dirtyrange.kernel.Vma;
import io.github.dirtyrange.kernel.sim.SimKernel;
import io.github.dirtyrange.kernel.sim.SimProcess;
import io.github.dirtyrange.kernel.sim.machine.Profile;
import io.github.dirtyrange.kernel.sim.mm.Madvise;
import io.github.dirtyrange.kernel.sim.mm.Mmap;
import io.github.dirtyrange.kernel.sim.mm.Mremap;
import io.github.dirtyrange.kernel.sim.mm.Prot;
import io.github.dirtyrange.live.result.LiveRound;
import io.github.dirtyrange.live.result.MappedPart;
import io.github.dirtyrange.live.result.MissedPages;
import io.github.dirtyrange.track.Strategy;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/**
 * Whoever reads what a round names, and forgets what it says is gone, knows all that the process
 * holds: what a round does not tell has not changed.
 */
class LiveTrackerPropertyTest {

  private static final long FIRST = 1L << 30;
  private static final int SLOTS = 5;
  private static final long SLOT_PAGES = 6;

  /** No gap, so that neighbours merge and split. */
  private static final long STRIDE = SLOT_PAGES;

  /** What the process does, at a page of a slot of its memory. */
  private enum Kind {
    STORE,
    MAP,
    UNMAP,
    MOVE,
    EMPTY,
    PROTECT,
    READ,
    ROUND
  }

  /**
   * A step.
   *
   * @param slot where
   * @param page at which page of it
   * @param to another slot, for a move
   */
  private record Step(Kind kind, int slot, int page, int to) {}

  @Provide
  Arbitrary<List<Step>> programs() {
    Arbitrary<Kind> kinds =
        Arbitraries.of(
            Kind.STORE,
            Kind.STORE,
            Kind.STORE,
            Kind.MAP,
            Kind.UNMAP,
            Kind.MOVE,
            Kind.EMPTY,
            Kind.PROTECT,
            Kind.READ,
            Kind.ROUND,
            Kind.ROUND);
    return Combinators.combine(
            kinds,
            Arbitraries.integers().between(0, SLOTS - 1),
            Arbitraries.integers().between(0, (int) SLOT_PAGES - 1),
            Arbitraries.integers().between(0, SLOTS - 1))
        .as(Step::new)
        .list()
        .ofMaxSize(40);
  }

  @Property(tries = 400)
  void byTheQueue(@ForAll("programs") List<Step> program) {
    run(program, LiveOptions.defaults().with(Strategy.QUEUE));
  }

  @Property(tries = 200)
  void byTheQueueExactly(@ForAll("programs") List<Step> program) {
    run(program, LiveOptions.defaults().with(Strategy.QUEUE).exactly());
  }

  @Property(tries = 300)
  void byTheCheaperWay(@ForAll("programs") List<Step> program) {
    run(program, LiveOptions.defaults().with(Strategy.ADAPTIVE));
  }

  @Property(tries = 200)
  void byTheCheaperWayExactly(@ForAll("programs") List<Step> program) {
    run(program, LiveOptions.defaults().with(Strategy.ADAPTIVE).exactly());
  }

  @Property(tries = 400)
  void byPagemapScan(@ForAll("programs") List<Step> program) {
    run(program, LiveOptions.defaults().with(Strategy.PAGEMAP_SCAN));
  }

  /**
   * Soft-dirty does not show that a page was emptied: {@link #softDirtyDoesNotShowEmptiedPages}.
   */
  @Property(tries = 400)
  void byPagemapAndSoftDirty(@ForAll("programs") List<Step> program) {
    List<Step> seen = program.stream().filter(step -> step.kind() != Kind.EMPTY).toList();
    run(seen, LiveOptions.defaults().with(Strategy.PAGEMAP));
  }

  @Example
  void softDirtyDoesNotShowEmptiedPages() {
    List<Step> emptied = List.of(new Step(Kind.EMPTY, 0, 0, 0));
    assertThatThrownBy(() -> run(emptied, LiveOptions.defaults().with(Strategy.PAGEMAP)))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("after round 1");
  }

  /** What was emptied and mapped over between two rounds. */
  @Example
  void aMappingThatIsReplacedInOneRound() {
    run(
        List.of(
            new Step(Kind.STORE, 0, 1, 0),
            new Step(Kind.ROUND, 0, 0, 0),
            new Step(Kind.UNMAP, 0, 0, 0),
            new Step(Kind.MAP, 0, 0, 0),
            new Step(Kind.ROUND, 0, 0, 0)),
        LiveOptions.defaults().with(Strategy.PAGEMAP_SCAN));
  }

  private static void run(List<Step> program, LiveOptions options) {
    new Run(options).play(program);
  }

  /** A process, its tracker, and what a reader of the rounds knows. */
  private static final class Run {

    private final SimKernel kernel = new SimKernel(Profile.V7_3);
    private final SimProcess process = kernel.spawn();
    private final TrackedProcess memory = kernel.open(process.pid());
    private final LiveOptions options;
    private final Map<Long, Long> known = new TreeMap<>();
    private long stamp = 1;

    Run(LiveOptions options) {
      this.options = options;
      for (int slot = 0; slot < SLOTS; slot += 2) {
        map(slot);
      }
      store(0, 0);
    }

    void play(List<Step> program) {
      readAll(known);
      try (LiveTracker tracker = LiveTracker.open(kernel, process.pid(), options)) {
        for (Step step : program) {
          play(step, tracker);
        }
        round(tracker);
      }
    }

    private void play(Step step, LiveTracker tracker) {
      long at = address(step.slot(), 0);
      long bytes = SLOT_PAGES * Pages.SIZE;
      try {
        switch (step.kind()) {
          case STORE -> store(step.slot(), step.page());
          case MAP -> map(step.slot());
          case UNMAP -> process.munmap(at, bytes);
          case MOVE ->
              process.mremap(
                  at, bytes, bytes, Mremap.MAYMOVE | Mremap.FIXED, address(step.to(), 0));
          case EMPTY ->
              process.madvise(
                  address(step.slot(), step.page()), Pages.SIZE, Madvise.Advice.DONTNEED);
          case PROTECT ->
              process.mprotect(
                  address(step.slot(), step.page()),
                  Pages.SIZE,
                  step.to() % 2 == 0 ? Prot.READ : Prot.READ | Prot.WRITE);
          case READ -> process.load(address(step.slot(), step.page()));
          case ROUND -> round(tracker);
        }
      } catch (KernelException refused) {
        // Nothing is mapped there, or it may not be written: then nothing changes.
      }
    }

    private void round(LiveTracker tracker) {
      LiveRound round = tracker.round();
      round.gone().forEach(this::forget);
      round.added().forEach(this::read);
      round.regions().forEach((start, end, changed, now, read, mapping) -> readRange(start, end));
      Map<Long, Long> truth = new TreeMap<>();
      readAll(truth);
      assertThat(known).as("after round " + round.round()).isEqualTo(truth);
      if (options.exact()) {
        assertThat(round.missed()).isEqualTo(MissedPages.NONE);
      }
    }

    private void forget(MappedPart part) {
      for (long vpn = part.startVpn(); vpn < part.endVpn(); vpn++) {
        known.remove(vpn);
      }
    }

    private void read(MappedPart part) {
      readRange(part.startVpn(), part.endVpn());
    }

    private void readRange(long startVpn, long endVpn) {
      for (long vpn = startVpn; vpn < endVpn; vpn++) {
        known.remove(vpn);
        readPage(vpn, known);
      }
    }

    private void readAll(Map<Long, Long> pages) {
      for (Vma vma : memory.maps()) {
        for (long vpn = vma.startVpn(); vpn < vma.endVpn(); vpn++) {
          readPage(vpn, pages);
        }
      }
    }

    private void readPage(long vpn, Map<Long, Long> pages) {
      ByteBuffer page = ByteBuffer.allocate(Pages.SIZE).order(ByteOrder.LITTLE_ENDIAN);
      if (memory.readPages(new long[] {vpn, vpn + 1}, 0, 1, page) == 1) {
        pages.put(vpn, page.getLong(0));
      }
    }

    private void store(int slot, int page) {
      process.store(address(slot, page), stamp++);
    }

    private void map(int slot) {
      process.mmap(
          address(slot, 0),
          SLOT_PAGES * Pages.SIZE,
          Prot.READ | Prot.WRITE,
          Mmap.PRIVATE | Mmap.ANONYMOUS | Mmap.FIXED);
    }

    private static long address(int slot, int page) {
      return Pages.address(FIRST + slot * STRIDE + page);
    }
  }
}
