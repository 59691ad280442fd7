package io.github.dirtyrange.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dirtyrange.kernel.Errno;
import io.github.dirtyrange.kernel.Kernel;
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
import io.github.dirtyrange.lab.ForwardingKernel;
import io.github.dirtyrange.lab.ForwardingProcess;
import io.github.dirtyrange.live.LiveOptions;
import io.github.dirtyrange.saved.PageClass;
import io.github.dirtyrange.snapshot.result.GenerationResult;
import io.github.dirtyrange.store.Generation;
import io.github.dirtyrange.store.PageReader;
import io.github.dirtyrange.store.SnapshotStore;
import io.github.dirtyrange.store.StoreVerifier;
import io.github.dirtyrange.track.Strategy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.PropertyDefaults;
import net.jqwik.api.Provide;

/**
 * On the simulated kernel: a chain of generations, each by nothing but what rounds tell, is at each
 * of them what the process holds. {@code -Dsnapshot.tries=100000} plays more.
 */
@PropertyDefaults(tries = 150)
class SnapshotPropertyTest {

  private static final long FIRST = 1L << 30;
  private static final int SLOTS = 5;
  private static final long SLOT_PAGES = 6;
  private static final int TRIES = Integer.getInteger("snapshot.tries", 0);

  /** Where the system has memory as a disk, nothing has to wait for a disk. */
  private static final Path DISK = Path.of(Files.isWritable(Path.of("/dev/shm")) ? "/dev/shm" : "");

  /** What happens, at a page of a slot of the process's memory. */
  private enum Kind {
    STORE,
    STORE_MANY,
    FROM_OUTSIDE,
    BY_PROC_MEM,
    MAP,
    UNMAP,
    MOVE,
    EMPTY,
    PAGE_OUT,
    COLLAPSE,
    READ_ONLY,
    NO_ACCESS,
    WRITABLE,
    READ,
    FORK,
    RUNNING,
    EXACT,
    STOPPED
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
    return Combinators.combine(
            Arbitraries.of(Kind.values()),
            Arbitraries.integers().between(0, SLOTS - 1),
            Arbitraries.integers().between(0, (int) SLOT_PAGES - 1),
            Arbitraries.integers().between(0, SLOTS - 1))
        .as(Step::new)
        .list()
        .ofMaxSize(40);
  }

  @Property
  void byTheQueue(@ForAll("programs") List<Step> program) {
    new Run(Profile.V7_3, Strategy.QUEUE).play(program);
  }

  @Property
  void byPagemapScan(@ForAll("programs") List<Step> program) {
    new Run(Profile.V6_12, Strategy.PAGEMAP_SCAN).play(program);
  }

  @Property
  void byTheCheaperWay(@ForAll("programs") List<Step> program) {
    new Run(Profile.V7_3, Strategy.ADAPTIVE).play(program);
  }

  /** Soft-dirty alone does not tell of a page that was emptied. */
  @Property
  void bySoftDirty(@ForAll("programs") List<Step> program) {
    new Run(Profile.V6_12, Strategy.PAGEMAP).play(program);
  }

  /** As many as are asked for, by each strategy in turn. */
  @Example
  void byAnyOfMany() {
    Strategy[] strategies = {Strategy.QUEUE, Strategy.PAGEMAP_SCAN, Strategy.ADAPTIVE};
    int[] played = {0};
    programs()
        .sampleStream()
        .limit(TRIES)
        .forEach(
            program ->
                new Run(Profile.V7_3, strategies[played[0]++ % strategies.length]).play(program));
    assertThat(played[0]).isEqualTo(TRIES);
  }

  @Example
  void aPageThatMayNotBeReadComesWhenItMay() {
    new Run(Profile.V7_3, Strategy.QUEUE)
        .play(
            List.of(
                new Step(Kind.STORE, 0, 1, 0),
                new Step(Kind.NO_ACCESS, 0, 1, 0),
                new Step(Kind.EXACT, 0, 0, 0),
                new Step(Kind.WRITABLE, 0, 1, 0),
                new Step(Kind.EXACT, 0, 0, 0)));
  }

  /** On Linux before 7.3; a store then makes its page writable with the mark of the arming left. */
  @Example
  void aNeighbourOfWhatWasMovedThatLostItsRegistrationIsArmedAnew() {
    new Run(Profile.V6_12, Strategy.PAGEMAP_SCAN)
        .play(
            List.of(
                new Step(Kind.MOVE, 2, 0, 1),
                new Step(Kind.STORE, 0, 0, 0),
                new Step(Kind.RUNNING, 0, 0, 0),
                new Step(Kind.STORE, 0, 0, 0)));
  }

  /** The round has taken what changed, and armed it again, before the mappings are listed. */
  @Example
  void whatARoundFoundThatFailedComesWithTheNextGeneration() throws IOException {
    SimKernel kernel = new SimKernel(Profile.V7_3);
    SimProcess process = kernel.spawn();
    long address = process.mmap(4 * Pages.SIZE);
    process.store(address, 1);
    boolean[] fails = {false};
    Kernel failing =
        new ForwardingKernel(
            kernel,
            opened ->
                new ForwardingProcess(opened) {
                  @Override
                  public List<Vma> maps() {
                    if (fails[0]) {
                      fails[0] = false;
                      throw new KernelException(Errno.EMFILE, "open of maps");
                    }
                    return super.maps();
                  }
                });
    Path directory = Files.createTempDirectory(DISK, "snapshot");
    LiveOptions options = LiveOptions.defaults().with(Strategy.PAGEMAP_SCAN);
    try (SnapshotStore store = SnapshotStore.create(directory);
        Snapshotter snapshotter =
            Snapshotter.open(failing, process.pid(), store, options, () -> false)) {
      snapshotter.copyRunning();
      process.store(address, 2);
      fails[0] = true;
      assertThatThrownBy(snapshotter::copyRunning).hasMessageContaining("open of maps");
      snapshotter.copyRunningExactly();
      ByteBuffer page = ByteBuffer.allocate(Pages.SIZE).order(ByteOrder.LITTLE_ENDIAN);
      store.generations().get(1).read(Pages.vpn(address), page);
      assertThat(page.getLong(0)).isEqualTo(2);
    }
    Run.delete(directory);
  }

  /** A process and its chain. */
  private static final class Run {

    private final SimKernel kernel;
    private final SimProcess process;
    private final TrackedProcess memory;
    private final Strategy strategy;
    private long stamp = 1;

    Run(Profile profile, Strategy strategy) {
      this.strategy = strategy;
      kernel = new SimKernel(profile);
      process = kernel.spawn();
      memory = kernel.open(process.pid());
      for (int slot = 0; slot < SLOTS; slot += 2) {
        map(slot);
      }
      store(0, 0);
    }

    void play(List<Step> program) {
      try {
        Path directory = Files.createTempDirectory(DISK, "snapshot");
        try (SnapshotStore store = SnapshotStore.create(directory);
            Snapshotter snapshotter =
                Snapshotter.open(
                    kernel,
                    process.pid(),
                    store,
                    LiveOptions.defaults().with(strategy),
                    () -> false)) {
          for (Step step : program) {
            play(step, snapshotter, store);
          }
          check(snapshotter.copyStopped().orElseThrow(), store);
        }
        assertThat(StoreVerifier.verify(directory)).isEmpty();
        delete(directory);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private static void delete(Path directory) throws IOException {
      try (Stream<Path> all = Files.walk(directory)) {
        for (Path path : new TreeSet<>(all.toList()).descendingSet()) {
          Files.delete(path);
        }
      }
    }

    private void play(Step step, Snapshotter snapshotter, SnapshotStore store) throws IOException {
      switch (step.kind()) {
        case RUNNING -> check(snapshotter.copyRunning().orElseThrow(), store);
        case EXACT -> check(snapshotter.copyRunningExactly().orElseThrow(), store);
        case STOPPED -> check(snapshotter.copyStopped().orElseThrow(), store);
        default -> act(step);
      }
    }

    private void act(Step step) {
      try {
        change(step);
      } catch (KernelException refused) {
        // Nothing is mapped there, or it may not be written: then nothing changes.
      }
    }

    private void change(Step step) {
      long at = address(step.slot(), step.page());
      long slot = address(step.slot(), 0);
      long bytes = SLOT_PAGES * Pages.SIZE;
      switch (step.kind()) {
        case STORE -> store(step.slot(), step.page());
        case STORE_MANY -> process.storeRange(slot, bytes, stamp++);
        case FROM_OUTSIDE -> process.writeFromOutside(at, stamp++);
        case BY_PROC_MEM -> process.writeByProcMem(at, stamp++);
        case MAP -> map(step.slot());
        case UNMAP -> process.munmap(at, Pages.SIZE);
        case MOVE ->
            process.mremap(
                slot, bytes, bytes, Mremap.MAYMOVE | Mremap.FIXED, address(step.to(), 0));
        case EMPTY -> process.madvise(at, Pages.SIZE, Madvise.Advice.DONTNEED);
        case PAGE_OUT -> process.madvise(slot, bytes, Madvise.Advice.PAGEOUT);
        case COLLAPSE -> process.madvise(slot, bytes, Madvise.Advice.COLLAPSE);
        case READ_ONLY -> process.mprotect(at, Pages.SIZE, Prot.READ);
        case NO_ACCESS -> process.mprotect(at, Pages.SIZE, Prot.NONE);
        case WRITABLE -> process.mprotect(at, Pages.SIZE, Prot.READ | Prot.WRITE);
        case READ -> process.load(at);
        case FORK -> fork(at);
        case RUNNING, EXACT, STOPPED -> throw new IllegalArgumentException("no change: " + step);
      }
    }

    /** The child has pages of its own once either of them writes. */
    private void fork(long at) {
      SimProcess child = process.fork();
      child.store(at, stamp++);
      child.exit();
    }

    private void check(GenerationResult result, SnapshotStore store) throws IOException {
      if (!result.exact()) {
        return;
      }
      Generation generation = store.generations().get(store.generations().size() - 1);
      PageReader pages = generation.pages();
      ByteBuffer saved = ByteBuffer.allocate(Pages.SIZE).order(ByteOrder.LITTLE_ENDIAN);
      for (Vma vma : memory.maps()) {
        for (long vpn = vma.startVpn(); vpn < vma.endVpn(); vpn++) {
          PageClass what = pages.read(vpn, saved.clear());
          String page = "page " + vpn + " of " + generation + ", " + what;
          compare(vpn, what, saved, page);
        }
      }
    }

    private void compare(long vpn, PageClass what, ByteBuffer saved, String page) {
      ByteBuffer now = ByteBuffer.allocate(Pages.SIZE).order(ByteOrder.LITTLE_ENDIAN);
      boolean readable = memory.readPages(new long[] {vpn, vpn + 1}, 0, 1, now) == 1;
      if (what == PageClass.UNREAD) {
        assertThat(readable).as(page).isFalse();
      } else if (readable) {
        // Of a page that may not be read any more, what was saved before is right.
        assertThat(what.hasBytes() ? saved.getLong(0) : 0).as(page).isEqualTo(now.getLong(0));
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
      return Pages.address(FIRST + slot * SLOT_PAGES + page);
    }
  }
}
