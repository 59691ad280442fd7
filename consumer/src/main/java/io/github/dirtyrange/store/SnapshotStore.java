package io.github.dirtyrange.store;

import io.github.dirtyrange.saved.SavedDirectory;
import io.github.dirtyrange.saved.SavedException;
import io.github.dirtyrange.saved.SavedFault;
import io.github.dirtyrange.saved.SavedFault.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Generations of processes' memory in a directory. They form trees: each builds on one parent or on
 * none. What a generation says of its pages never changes; a {@link StoreMerger} removes those that
 * a newer one can do without.
 *
 * <p>Any number may read while one writes, and see what was there when they opened it. Opening
 * reads every index: in memory that is 28 bytes a range, 8 or 9 a stored page, and the mappings.
 *
 * <p>A generation whose index is damaged is {@link #damaged}, and the others can be read that do
 * not need it.
 */
public final class SnapshotStore implements SavedDirectory {

  private final Path directory;
  private final StoreFiles files;
  private final @Nullable StoreLock lock;
  private final List<Generation> generations = new ArrayList<>();
  private final Map<UUID, Generation> byId = new HashMap<>();
  private final Map<Long, Generation> byNumber = new HashMap<>();
  private final List<SavedFault> damaged = new ArrayList<>();
  private final PagesFiles pages;
  private @Nullable PageLookup lookup;
  private boolean writing;

  private SnapshotStore(Path directory, StoreFiles files, @Nullable StoreLock lock) {
    this.directory = directory;
    this.files = files;
    this.lock = lock;
    pages = new PagesFiles(directory);
  }

  /** {@return whether a store is there, or what is left of one} Nothing is said of its state. */
  public static boolean isOne(Path directory) {
    return StoreDirectory.isOne(directory);
  }

  /**
   * Opens a store for reading.
   *
   * @throws SavedException if it is none, is of another version, or others may change it
   */
  public static SnapshotStore open(Path directory) throws SavedException {
    StoreDirectory.requireSafe(directory);
    StoreDirectory.requireMarker(directory);
    return load(directory, new DiskFiles(), null);
  }

  /**
   * Opens a store for writing, too; a directory that is new or empty becomes one. What a writer
   * left behind that was stopped in between is removed.
   *
   * @throws SavedException if it is no store, is of another version, others may change it, or
   *     somebody else writes it
   */
  public static SnapshotStore create(Path directory) throws SavedException {
    return create(directory, new DiskFiles());
  }

  static SnapshotStore create(Path directory, StoreFiles files) throws SavedException {
    try {
      if (!Files.exists(directory, LinkOption.NOFOLLOW_LINKS)) {
        StoreDirectory.requireSafeParent(directory);
        files.createDirectory(directory);
      }
      StoreDirectory.requireSafe(directory);
      boolean isNew = StoreDirectory.isNew(directory);
      if (!isNew) {
        StoreDirectory.requireMarker(directory);
      }
      return locked(directory, files);
    } catch (SavedException e) {
      throw e;
    } catch (IOException e) {
      throw new SavedException(Kind.DISK, directory + " cannot be opened for writing", e);
    }
  }

  /**
   * Opens a store for writing that is one already.
   *
   * @throws SavedException as {@link #create}
   */
  static SnapshotStore reopen(Path directory, StoreFiles files) throws SavedException {
    StoreDirectory.requireSafe(directory);
    StoreDirectory.requireMarker(directory);
    return create(directory, files);
  }

  private static SnapshotStore locked(Path directory, StoreFiles files) throws IOException {
    StoreLock lock = StoreLock.take(directory);
    try {
      StoreDirectory.sweep(directory, files);
      if (StoreDirectory.isNew(directory)) {
        StoreDirectory.mark(directory, files);
      }
      StoreDirectory.requireMarker(directory);
      SnapshotStore store = load(directory, files, lock);
      store.sweepPages();
      return store;
    } catch (IOException e) {
      lock.close();
      throw e;
    }
  }

  /** Reads what is there, without a look at whose it is. */
  static SnapshotStore load(Path directory, StoreFiles files, @Nullable StoreLock lock)
      throws SavedException {
    SnapshotStore store = new SnapshotStore(directory, files, lock);
    for (long number : StoreDirectory.numbers(directory)) {
      store.load(number);
    }
    return store;
  }

  /** A merge that was stopped may have left pages that no index has. */
  private void sweepPages() throws IOException {
    for (Generation generation : generations) {
      String name = StoreFormat.pages(generation.index().parts().size());
      removeAside(directory.resolve(StoreFormat.directory(generation.number())).resolve(name));
    }
  }

  private void load(long number) {
    Path at = directory.resolve(StoreFormat.directory(number));
    try {
      Index index = IndexReader.read(at.resolve(StoreFormat.INDEX));
      if (byId.containsKey(index.id())) {
        damaged(Kind.DUPLICATE, number, "it is generation " + byId.get(index.id()).number());
      } else if (index.number() != number) {
        damaged(Kind.DUPLICATE, number, "it says that it is generation " + index.number());
      } else {
        add(new Generation(this, index));
      }
    } catch (SavedException e) {
      damaged(e.kind(), number, String.valueOf(e.getMessage()));
    }
  }

  private void damaged(Kind kind, long number, String what) {
    damaged.add(
        new SavedFault(
            kind,
            OptionalLong.of(number),
            Optional.empty(),
            "",
            OptionalLong.empty(),
            "generation " + number + " cannot be used: " + what));
  }

  private void add(Generation generation) {
    generations.add(generation);
    byId.put(generation.id(), generation);
    byNumber.put(generation.number(), generation);
  }

  /** {@return the generations, oldest first} */
  public List<Generation> generations() {
    return Collections.unmodifiableList(generations);
  }

  /** {@return a generation by its id} */
  public Optional<Generation> generation(UUID id) {
    return Optional.ofNullable(byId.get(id));
  }

  /** {@return what is wrong with the generations that are left out as their index is damaged} */
  public List<SavedFault> damaged() {
    return Collections.unmodifiableList(damaged);
  }

  @Override
  public List<Generation> memories() {
    return generations();
  }

  @Override
  public Path directory() {
    return directory;
  }

  /**
   * Begins a generation whose pages are not packed.
   *
   * @see #begin(GenerationHeader, Compression)
   */
  public GenerationWriter begin(GenerationHeader header) throws SavedException {
    return begin(header, Compression.NONE);
  }

  /**
   * Begins a generation.
   *
   * @param compression how its pages are packed; reading is the same
   * @throws SavedException if its parent is missing or is not what its changes were counted from,
   *     if its pages have another size than the store's, or it cannot be written
   * @throws IllegalStateException if the store is open for reading only, or another generation is
   *     being written
   */
  public GenerationWriter begin(GenerationHeader header, Compression compression)
      throws SavedException {
    if (lock == null || writing) {
      throw new IllegalStateException(
          lock == null ? "the store is open for reading only" : "a generation is being written");
    }
    requirePageSize(header.pageSize());
    long number = nextNumber();
    Generation parent = header.parent().isEmpty() ? null : Links.parent(this, number, header);
    requireAncestors(parent);
    try {
      GenerationWriter writer =
          new GenerationWriter(this, header, number, parent, lookup(), compression);
      writing = true;
      return writer;
    } catch (IOException e) {
      throw new SavedException(
          Kind.DISK, "generation " + number + " of " + directory + " cannot be begun", e);
    }
  }

  /**
   * Does what the next {@link #begin} would have to do once: a table of all pages that are stored,
   * by their checksums. For who is in a hurry then.
   */
  public void prepare() {
    lookup();
  }

  /** Greater than any that is there, even of what is damaged. */
  private long nextNumber() throws SavedException {
    List<Long> taken = StoreDirectory.numbers(directory);
    long number = taken.isEmpty() ? 1 : taken.get(taken.size() - 1) + 1;
    if (number > StoreFormat.MOST_NUMBER) {
      throw new SavedException(
          Kind.INDEX, directory + " has no number left for a generation: name another directory");
    }
    return number;
  }

  /** Nobody is to build on what cannot be read. */
  private void requireAncestors(@Nullable Generation parent) throws SavedException {
    Generation at = parent;
    while (at != null && at.header().parent().isPresent()) {
      at = Links.parent(this, at.number(), at.header());
    }
  }

  private void requirePageSize(int bytes) throws SavedException {
    if (!generations.isEmpty() && generations.get(0).header().pageSize() != bytes) {
      throw new SavedException(
          Kind.INDEX,
          directory
              + " has pages of "
              + generations.get(0).header().pageSize()
              + " bytes, and these have "
              + bytes
              + ": name another directory");
    }
  }

  private PageLookup lookup() {
    if (lookup == null) {
      lookup = new PageLookup();
      for (Generation generation : generations) {
        lookup.addAll(generation.number(), generation.index().checksums());
      }
    }
    return lookup;
  }

  Generation committed(Index index) {
    writing = false;
    Generation generation = new Generation(this, index);
    add(generation);
    return generation;
  }

  /** What was looked up for it is not there any more. */
  void aborted() {
    writing = false;
    lookup = null;
  }

  void removeAside(Path aside) throws IOException {
    if (Files.exists(aside, LinkOption.NOFOLLOW_LINKS)) {
      files.delete(aside);
    }
  }

  StoreFiles files() {
    return files;
  }

  Generation generationNumbered(long number) {
    Generation generation = byNumber.get(number);
    if (generation == null) {
      throw new IllegalArgumentException("there is no generation " + number);
    }
    return generation;
  }

  /** {@return a reader of pages by their place, for one thread} */
  StoredPages storedPages(int pageSize) {
    return new StoredPages(pages, pageSize);
  }

  /** Ends reading; what was begun and not committed is left out. */
  @Override
  public void close() throws SavedException {
    try {
      closeAll();
    } catch (IOException e) {
      throw new SavedException(Kind.DISK, directory + " cannot be closed", e);
    }
  }

  private void closeAll() throws IOException {
    try {
      pages.close();
    } finally {
      if (lock != null) {
        lock.close();
      }
    }
  }
}
