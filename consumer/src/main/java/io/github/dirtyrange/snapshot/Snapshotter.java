package io.github.dirtyrange.snapshot;

import io.github.dirtyrange.copy.BatchReader;
import io.github.dirtyrange.core.CoreNotes;
import io.github.dirtyrange.kernel.Capability;
import io.github.dirtyrange.kernel.Frozen;
import io.github.dirtyrange.kernel.Kernel;
import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.kernel.MemoryGoneException;
import io.github.dirtyrange.kernel.PagemapScan;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.Presence;
import io.github.dirtyrange.kernel.TrackedProcess;
import io.github.dirtyrange.kernel.Vma;
import io.github.dirtyrange.live.LiveOptions;
import io.github.dirtyrange.live.LiveTracker;
import io.github.dirtyrange.live.result.LiveRound;
import io.github.dirtyrange.live.result.LiveTarget;
import io.github.dirtyrange.saved.SavedException;
import io.github.dirtyrange.saved.SavedFault;
import io.github.dirtyrange.snapshot.result.GenerationResult;
import io.github.dirtyrange.store.Generation;
import io.github.dirtyrange.store.GenerationHeader;
import io.github.dirtyrange.store.GenerationWriter;
import io.github.dirtyrange.store.SnapshotStore;
import io.github.dirtyrange.track.ChangedPages;
import io.github.dirtyrange.track.PageSets;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Copies a live process's memory into a store, generation by generation. The first one has all;
 * from then on a generation costs what changed, and builds on the one before.
 *
 * <p>A page is read after the round that told of its change, so that what is written to it from
 * then on is told by the next: a page of a running process may be torn, and comes again. What was
 * told and is not in the store, as a page could not be read or the disk was full, comes with the
 * next generation.
 *
 * <p>It is the memory that is copied, not the number: where the process ends or executes another
 * program, a call throws {@link MemoryGoneException}, and what is in the store stays there.
 *
 * <p>Not safe for use by several threads. Closing it disarms the process.
 */
public final class Snapshotter implements AutoCloseable {

  private static final SecureRandom RANDOM = new SecureRandom();

  /** Process memory is read so many pages at a time: 4 MiB, which stays in the caches. */
  private static final int BATCH_PAGES = 1024;

  private final Kernel kernel;
  private final SnapshotStore store;
  private final LiveTracker tracker;
  private final TrackedProcess process;
  private final Presence presence;
  private final BatchReader reader;
  private final SharedPages shared;
  private final BooleanSupplier ending;
  private final UUID id = new UUID(RANDOM.nextLong(), RANDOM.nextLong());
  private @Nullable Generation last;

  /** What was told and is not in the store. */
  private ChangedPages owed = new ChangedPages();

  /** Rounds that were begun, and those whose findings are owed: of a lost one all is. */
  private long roundsBegun;

  private long roundsNoted;

  private Snapshotter(
      Kernel kernel,
      SnapshotStore store,
      LiveTracker tracker,
      TrackedProcess process,
      BooleanSupplier ending) {
    this.kernel = kernel;
    this.store = store;
    this.tracker = tracker;
    this.process = process;
    this.ending = ending;
    reader = new BatchReader(process, BATCH_PAGES);
    shared = new SharedPages(process);
    presence =
        kernel.capabilities().has(Capability.PAGEMAP_SCAN)
            ? new Presence(process)
            : new Presence(new PagemapScan(process), process::readPagemap);
  }

  /**
   * Arms a process.
   *
   * @param ending whether to give up; asked again and again
   * @throws MemoryGoneException as {@link LiveTracker#open}
   * @throws io.github.dirtyrange.live.CannotTrackException as {@link LiveTracker#open}
   * @throws KernelException as {@link LiveTracker#open}
   */
  public static Snapshotter open(
      Kernel kernel, int pid, SnapshotStore store, LiveOptions options, BooleanSupplier ending) {
    LiveTracker tracker = LiveTracker.open(kernel, pid, options);
    try {
      return new Snapshotter(kernel, store, tracker, kernel.open(pid), ending);
    } catch (RuntimeException e) {
      tracker.close();
      throw e;
    }
  }

  /** {@return the process, and how it is tracked} */
  public LiveTarget target() {
    return tracker.target();
  }

  /**
   * Throws if the memory has gone.
   *
   * @throws MemoryGoneException if so
   */
  public void requireAlive() {
    tracker.requireAlive();
  }

  /**
   * Copies what changed while the process runs. It is of no one instant.
   *
   * @return nothing if the end was wished for meanwhile
   * @throws SavedException if it could not be written
   * @throws MemoryGoneException if the memory has gone
   */
  public Optional<GenerationResult> copyRunning() throws SavedException {
    return copyRunning(round(tracker::round), tracker.missesNothing());
  }

  /**
   * Does the same, and misses no change, at the cost of a look at everything; where the strategy
   * itself cannot be exact ({@link LiveTracker#canBeExact}), of reading everything.
   */
  public Optional<GenerationResult> copyRunningExactly() throws SavedException {
    return copyRunning(round(tracker::roundExactly), true);
  }

  /** What a round finds is armed again, and not told twice: it is noted, or all is owed. */
  private LiveRound round(Supplier<LiveRound> way) {
    roundsBegun++;
    return way.get();
  }

  private Optional<GenerationResult> copyRunning(LiveRound round, boolean exact)
      throws SavedException {
    try (Writing writing = new Writing(round, false, exact)) {
      writing.copy();
      return Optional.of(writing.commit(round.stoppedNanos()));
    } catch (GivenUpException e) {
      return Optional.empty();
    }
  }

  /**
   * Stops all threads of the process, copies what changed, and lets it go on: the memory as of one
   * instant, with no change missed. It is forced to the disk once the process goes on.
   *
   * @return nothing if the end was wished for meanwhile
   * @throws SavedException if it could not be written
   * @throws MemoryGoneException if the memory has gone
   * @throws KernelException as {@link TrackedProcess#freeze}; EBUSY, too, if the process went on
   *     before all was copied
   */
  public Optional<GenerationResult> copyStopped() throws SavedException {
    store.prepare(); // nobody is to wait for that
    Frozen frozen = process.freeze();
    try (frozen) {
      return copyStopped(frozen);
    } catch (GivenUpException e) {
      return Optional.empty();
    }
  }

  /** Lets the process go before anything that needs no standing still: the disk, and tidying up. */
  private Optional<GenerationResult> copyStopped(Frozen frozen) throws SavedException {
    try (Writing writing = new Writing(round(tracker::roundExactly), true, true)) {
      try {
        writing.copy();
        writing.note(frozen);
      } finally {
        frozen.close();
      }
      return Optional.of(writing.commit(frozen.nanos()));
    }
  }

  /** One generation on its way into the store. */
  private final class Writing implements AutoCloseable {

    private final LiveRound round;
    private final List<Vma> mappings = tracker.mapped();
    private final GenerationHeader header;
    private final ChangedPages stale;
    private final GenerationWriter writer;
    private final PendingPages pages;
    private long copyNanos;

    Writing(LiveRound round, boolean stopped, boolean exact) throws SavedException {
      this.round = round;
      // Until this is committed it is owed, whatever happens.
      owed = isWhole(exact) ? all() : PageSets.union(owed, tracker.stale());
      roundsNoted = roundsBegun;
      stale = owed;
      header = header(stopped, exact);
      writer = store.begin(header);
      pages = new PendingPages(kernel, process, reader, writer, ending);
    }

    private boolean isWhole(boolean exact) {
      boolean roundLost = roundsBegun > roundsNoted + 1;
      return last == null || roundLost || (exact && !tracker.canBeExact());
    }

    private ChangedPages all() {
      ChangedPages all = new ChangedPages();
      mappings.forEach(vma -> all.add(vma.startVpn(), vma.endVpn()));
      return all;
    }

    private GenerationHeader header(boolean stopped, boolean exact) {
      Optional<GenerationHeader.Parent> parent =
          Optional.ofNullable(last)
              .map(before -> new GenerationHeader.Parent(before.id(), before.header().epoch()));
      return new GenerationHeader(
          Pages.SIZE,
          id,
          round.round(),
          parent,
          process.pid(),
          process.startTicks(),
          System.currentTimeMillis(),
          stopped,
          exact);
    }

    /** What a debugger wants to know of the threads that stand still. */
    void note(Frozen frozen) {
      CoreNotes.of(process, frozen).ifPresent(notes -> writer.notes(ByteBuffer.wrap(notes)));
    }

    void copy() throws SavedException {
      long start = kernel.nanoTime();
      new GenerationCopy(presence, pages, shared).copy(mappings, stale);
      copyNanos = kernel.nanoTime() - start;
    }

    GenerationResult commit(long stoppedNanos) throws SavedException {
      OptionalLong parent = last == null ? OptionalLong.empty() : OptionalLong.of(last.number());
      long start = kernel.nanoTime();
      Generation written = writer.commit();
      long commitNanos = kernel.nanoTime() - start;
      last = written;
      owed = pages.unread();
      return new GenerationResult(
          written.number(),
          parent,
          header.stopped(),
          header.exact(),
          tracker.target().strategy(),
          mappings.stream().mapToLong(Vma::pages).sum(),
          stale.pages(),
          writer.counts(),
          Pages.SIZE,
          round.roundNanos(),
          copyNanos - pages.storeNanos(),
          pages.storeNanos(),
          commitNanos,
          stoppedNanos);
    }

    @Override
    public void close() throws SavedException {
      shared.close();
      try {
        writer.close();
      } catch (IOException e) {
        throw new SavedException(
            SavedFault.Kind.DISK, store.directory() + " has remains of a generation", e);
      }
    }
  }

  /** Disarms the process. */
  @Override
  public void close() {
    try {
      tracker.close();
    } finally {
      process.close();
    }
  }
}
