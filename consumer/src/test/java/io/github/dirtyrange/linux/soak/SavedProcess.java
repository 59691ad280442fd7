package io.github.dirtyrange.linux.soak;

import io.github.dirtyrange.kernel.Frozen;
import io.github.dirtyrange.kernel.Kernel;
import io.github.dirtyrange.kernel.MemoryGoneException;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.TrackedProcess;
import io.github.dirtyrange.lab.ForwardingKernel;
import io.github.dirtyrange.lab.ForwardingProcess;
import io.github.dirtyrange.live.LiveOptions;
import io.github.dirtyrange.saved.PageClass;
import io.github.dirtyrange.saved.SavedException;
import io.github.dirtyrange.snapshot.Snapshotter;
import io.github.dirtyrange.snapshot.result.GenerationResult;
import io.github.dirtyrange.store.Generation;
import io.github.dirtyrange.store.PageReader;
import io.github.dirtyrange.store.SnapshotStore;
import io.github.dirtyrange.store.StoreVerifier;
import io.github.dirtyrange.track.Strategy;
import it.unimi.dsi.fastutil.longs.Long2LongMap;
import it.unimi.dsi.fastutil.longs.Long2LongOpenHashMap;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** One random process whose memory is saved while it plays, and compared while it rests. */
final class SavedProcess {

  private static final int ROUNDS = 25;
  private static final int MOST_FAULTS = 5;

  /** All of one mapping's pages, and more. */
  private static final long ALL = 1L << 52;

  private final long seed;
  private final SplittableRandom random;
  private final Kernel kernel;
  private final SnapshotStore store;
  private final WildTarget target;
  private final Tally tally;
  private final Played played = new Played();
  private final long off;
  private ProcessContents contents;
  private @Nullable Snapshotter snapshotter;
  private int round;

  /** What the process held when it was stopped last, while it stood still. */
  private Long2LongMap atRest = new Long2LongOpenHashMap();

  private SavedProcess(
      long seed, Kernel kernel, SnapshotStore store, WildTarget target, long off, Tally tally)
      throws IOException {
    this.seed = seed;
    this.kernel = new ForwardingKernel(kernel, this::lookedAt);
    this.store = store;
    this.target = target;
    this.tally = tally;
    this.off = off;
    random = new SplittableRandom(seed);
    contents = ProcessContents.open(target.pid());
  }

  /** Plays one process; what was wrong is in the tally. */
  static void play(
      Kernel kernel, Path binary, Path folder, long seed, SoakOptions options, Tally tally)
      throws IOException, InterruptedException {
    Path directory = folder.resolve("saved-" + seed);
    try (WildTarget target = WildTarget.start(binary, seed, folder);
        SnapshotStore store = SnapshotStore.create(directory)) {
      long off = target.bits(options.without());
      SavedProcess process = new SavedProcess(seed, kernel, store, target, off, tally);
      try {
        process.playAll();
      } finally {
        process.close();
      }
      if (target.finish() != 0) {
        process.fault(Fault.LEFT_BEHIND, "the target ended with a status that is not 0");
      }
    }
    StoreVerifier.verify(directory)
        .forEach(
            fault -> tally.add(new Fault(Fault.BROKE, seed, ROUNDS, fault.sentence(), List.of())));
    tally.count("processes", 1);
  }

  private void playAll() throws IOException {
    for (round = 1; round <= ROUNDS && tally.faults().size() < MOST_FAULTS; round++) {
      playRound();
      tally.count("rounds", 1);
    }
  }

  private void playRound() throws IOException {
    boolean exec = random.nextInt(20) == 0;
    if (snapshotter == null) {
      target.offerUserfaultfd();
      snapshotter = Snapshotter.open(kernel, target.pid(), store, options(), () -> false);
      tally.count("opened", 1);
    }
    target.begin(1 + random.nextInt(40), random.nextLong(1L << 60), off, exec);
    boolean gone = false;
    try {
      copyMeanwhile(snapshotter);
    } catch (MemoryGoneException e) {
      gone = true;
    }
    List<Operation> now = target.end();
    played.addAll(now);
    if (exec) {
      begunAnew(snapshotter, gone);
    } else if (gone) {
      fault(Fault.BROKE, "the memory is said to be gone");
      close();
    } else {
      compare(snapshotter);
    }
  }

  private LiveOptions options() {
    List<Strategy> strategies = List.of(Strategy.QUEUE, Strategy.PAGEMAP_SCAN, Strategy.ADAPTIVE);
    int choice = random.nextInt(strategies.size() + 1);
    LiveOptions usual = LiveOptions.defaults();
    return choice == strategies.size() ? usual : usual.with(strategies.get(choice));
  }

  private void copyMeanwhile(Snapshotter open) throws SavedException {
    for (int i = random.nextInt(4); i > 0; i--) {
      LockSupport.parkNanos(random.nextLong(500_000));
      Optional<GenerationResult> result =
          switch (random.nextInt(3)) {
            case 0 -> open.copyStopped();
            case 1 -> open.copyRunningExactly();
            default -> open.copyRunning();
          };
      tally.count("generations while it played", result.isPresent() ? 1 : 0);
    }
  }

  private void begunAnew(Snapshotter open, boolean gone) throws IOException {
    if (!gone) {
      try {
        open.copyRunningExactly();
        fault(Fault.SILENT_MISS, "a generation is made of memory that has gone");
      } catch (MemoryGoneException e) {
        tally.count("execs noticed", 1);
      }
    }
    close();
    contents = ProcessContents.open(target.pid());
  }

  private void close() throws IOException {
    if (snapshotter != null) {
      snapshotter.close();
      snapshotter = null;
    }
    contents.close();
    played.clear();
  }

  /**
   * At rest, an exact generation has what the process has. Where it was stopped for that, the
   * kernel writes to its thread's restartable sequence when it goes on, so it is looked at before.
   */
  private void compare(Snapshotter open) throws IOException {
    Optional<GenerationResult> result =
        random.nextBoolean() ? open.copyStopped() : open.copyRunningExactly();
    boolean stopped = result.orElseThrow().stopped();
    Generation generation = store.generations().get(store.generations().size() - 1);
    tally.count("generations compared", 1);
    tally.count("pages unchanged", result.orElseThrow().counts().parent());
    Mappings mappings = contents.mappings();
    List<Long> wrong = new ArrayList<>();
    for (Mappings.Mapping mapping : mappings.all()) {
      long[] all = {mapping.startVpn(), mapping.endVpn()};
      Long2LongMap expected = stopped ? atRest : contents.read(mappings, List.of(all));
      compare(generation, mapping, expected, wrong);
    }
    if (!wrong.isEmpty()) {
      long vpn = wrong.get(0);
      Mappings.Mapping mapping = mappings.of(vpn);
      fault(
          Fault.SILENT_MISS,
          "%d pages, the first is %x, pagemap %016x, in %s; saved as %s, holds %x; %s; operations there: %s"
              .formatted(
                  wrong.size(),
                  vpn,
                  contents.entry(vpn),
                  mapping == null ? "nothing" : mapping.line().replaceAll(" +", " "),
                  generation.pages().read(vpn, ByteBuffer.allocate(Pages.SIZE)),
                  contents.read(mappings, vpn),
                  result.get(),
                  played.at(vpn)));
    }
    played.clear();
  }

  private void compare(
      Generation generation, Mappings.Mapping mapping, Long2LongMap expected, List<Long> wrong)
      throws IOException {
    PageReader pages = generation.pages();
    ByteBuffer page = ByteBuffer.allocate(Pages.SIZE).order(ByteOrder.nativeOrder());
    for (long vpn = mapping.startVpn(); vpn < mapping.endVpn(); vpn++) {
      PageClass saved = pages.read(vpn, page.clear());
      tally.count("pages " + saved, 1);
      long holds = held(saved, mapping, vpn, page);
      if (holds != expected.get(vpn)) {
        wrong.add(vpn);
      }
    }
  }

  /** {@return what a page holds by what is saved of it, as {@link ProcessContents} has it} */
  private static long held(PageClass saved, Mappings.Mapping mapping, long vpn, ByteBuffer page)
      throws IOException {
    return switch (saved) {
      case DATA, SAME, ZERO -> ProcessContents.hashOf(page, 0);
      case NOTHING -> ProcessContents.ZERO;
      case FILE -> ofFile(mapping, vpn, page);
      case UNREAD -> ProcessContents.UNREADABLE;
      case PARENT, SWAPPED -> ALL;
    };
  }

  private static long ofFile(Mappings.Mapping mapping, long vpn, ByteBuffer page)
      throws IOException {
    try (FileChannel file = FileChannel.open(Path.of(mapping.path()))) {
      int read = file.read(page.clear(), mapping.fileOffset(vpn));
      if (read <= 0) {
        return ProcessContents.UNREADABLE;
      }
      while (page.hasRemaining()) {
        page.put((byte) 0);
      }
      return ProcessContents.hashOf(page, 0);
    }
  }

  private void look() {
    try {
      List<long[]> all = new ArrayList<>();
      Mappings mappings = contents.mappings();
      mappings.all().forEach(each -> all.add(new long[] {each.startVpn(), each.endVpn()}));
      atRest = contents.read(mappings, all);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** {@return a process that is looked at before it is let go, where it was stopped} */
  private TrackedProcess lookedAt(TrackedProcess process) {
    return new ForwardingProcess(process) {
      @Override
      public Frozen freeze() {
        return new LookedAt(super.freeze(), SavedProcess.this::look);
      }
    };
  }

  private void fault(String kind, String what) {
    Fault fault = new Fault(kind, seed, round, what, played.last());
    System.out.println(fault);
    tally.add(fault);
  }
}
