package io.github.dirtyrange.store;

import io.github.dirtyrange.saved.SavedException;
import io.github.dirtyrange.saved.SavedFault.Kind;
import it.unimi.dsi.fastutil.longs.LongArrayList;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Makes a generation whole, so that its ancestors can go: without the process, and without a moment
 * at which any generation that stays is not there. The generation keeps its id, its number and what
 * it says of each page; whoever builds on it goes on.
 *
 * <p>Ancestors go that nobody else builds on. Pages of theirs that any generation needs are moved
 * to the oldest one that does, and the others name them there.
 *
 * <p>Everything new is written first, and takes as much room as the pages that move, and the new
 * indexes: a disk that has less leaves all as it was. Then each index is replaced by one rename,
 * and what is not needed any more is removed. Whoever is stopped in between merges again.
 *
 * <p>Who opened the store before for reading may find pages gone, and is told so.
 */
public final class StoreMerger {

  private static final String ASIDE = StoreFormat.ASIDE + "merge";
  private static final String REMOVED = StoreFormat.ASIDE + "removed-";

  private final SnapshotStore store;
  private final MergePlan plan;
  private final Path aside;

  private StoreMerger(SnapshotStore store, MergePlan plan) {
    this.store = store;
    this.plan = plan;
    aside = store.directory().resolve(ASIDE);
  }

  /**
   * Merges a generation with its ancestors.
   *
   * @param upTo the generation's number; the newest one where nothing is said
   * @throws SavedException if it is no store that can be written, or has no such generation; if
   *     something that is needed is damaged or missing, and then nothing is changed; or if
   *     something cannot be written
   */
  public static MergeResult merge(Path directory, OptionalLong upTo) throws SavedException {
    return merge(directory, upTo, new DiskFiles());
  }

  static MergeResult merge(Path directory, OptionalLong upTo, StoreFiles files)
      throws SavedException {
    try (SnapshotStore store = SnapshotStore.reopen(directory, files)) {
      MergePlan plan = MergePlan.of(store, generation(store, upTo));
      long before = bytes(directory);
      new StoreMerger(store, plan).run();
      return result(plan, before, bytes(directory));
    }
  }

  private static Generation generation(SnapshotStore store, OptionalLong upTo)
      throws SavedException {
    List<Generation> all = store.generations();
    if (upTo.isEmpty() && !all.isEmpty()) {
      return all.get(all.size() - 1);
    }
    return all.stream()
        .filter(each -> each.number() == upTo.orElse(0))
        .findFirst()
        .orElseThrow(() -> new SavedException(Kind.NO_STORE, noneSuch(store, upTo)));
  }

  private static String noneSuch(SnapshotStore store, OptionalLong upTo) {
    List<Generation> all = store.generations();
    if (all.isEmpty()) {
      return store.directory() + " has no generation";
    }
    long first = all.get(0).number();
    long last = all.get(all.size() - 1).number();
    return store.directory()
        + " has no generation "
        + upTo.orElse(0)
        + ": name one of "
        + first
        + " to "
        + last;
  }

  private static MergeResult result(MergePlan plan, long before, long after) {
    return new MergeResult(
        plan.upTo().number(),
        plan.removed().stream().map(Generation::number).sorted().toList(),
        plan.stayed().stream().map(Generation::number).sorted().toList(),
        plan.rewritten().stream().map(each -> each.of().number()).toList(),
        before,
        after);
  }

  /** {@return what the files of all generations take} */
  private static long bytes(Path directory) throws SavedException {
    long bytes = 0;
    for (long number : StoreDirectory.numbers(directory)) {
      for (Path file : StoreDirectory.list(directory.resolve(StoreFormat.directory(number)))) {
        bytes += length(file);
      }
    }
    return bytes;
  }

  private static long length(Path file) throws SavedException {
    try {
      return StoreVerifier.length(file);
    } catch (IOException e) {
      throw new SavedException(Kind.DISK, file + " cannot be looked at", e);
    }
  }

  private void run() throws SavedException {
    prepare();
    try {
      for (Rewriting each : plan.rewritten()) {
        replace(each);
      }
      forceAll();
      for (Generation each : plan.removed()) {
        remove(each);
      }
      deleteAside();
    } catch (IOException e) {
      throw new SavedException(
          Kind.DISK,
          store.directory() + " is merged in part, and nothing is lost: merge it again",
          e);
    }
  }

  /** Writes all that is new, where nobody reads it. */
  private void prepare() throws SavedException {
    if (plan.rewritten().isEmpty()) {
      return;
    }
    try {
      store.files().createDirectory(aside);
      for (Rewriting each : plan.rewritten()) {
        write(each);
      }
      store.files().force(aside);
      store.files().force(store.directory());
    } catch (IOException e) {
      throw notMerged(e);
    }
  }

  private SavedException notMerged(IOException e) {
    try {
      deleteAside();
    } catch (IOException second) {
      e.addSuppressed(second);
    }
    Kind kind = e instanceof SavedException saved ? saved.kind() : Kind.DISK;
    return new SavedException(kind, store.directory() + " is as it was, and not merged", e);
  }

  private void deleteAside() throws IOException {
    if (Files.exists(aside, LinkOption.NOFOLLOW_LINKS)) {
      store.files().delete(aside);
    }
  }

  private Path aside(Generation of) {
    return aside.resolve(Long.toString(of.number()));
  }

  private static String partName(Generation of) {
    return StoreFormat.pages(of.index().parts().size());
  }

  private void write(Rewriting rewriting) throws IOException {
    StoreFiles files = store.files();
    Path to = aside(rewriting.of());
    files.createDirectory(to);
    LongArrayList sums = new LongArrayList();
    Optional<PagesPart> part =
        rewriting.taken().isEmpty()
            ? Optional.empty()
            : Optional.of(
                new PagesMove(store, rewriting)
                    .write(files.create(to.resolve(partName(rewriting.of()))), sums));
    try (StoreFiles.Output out = files.create(to.resolve(StoreFormat.INDEX))) {
      IndexWriter.write(rewriting.index(part, sums), out);
      out.force();
    }
    files.force(to);
  }

  /** The pages are there for good before the index says so. */
  private void replace(Rewriting rewriting) throws IOException {
    StoreFiles files = store.files();
    Path from = aside(rewriting.of());
    Path to = directory(rewriting.of());
    if (!rewriting.taken().isEmpty()) {
      String part = partName(rewriting.of());
      files.rename(from.resolve(part), to.resolve(part));
      files.force(to);
    }
    files.replace(from.resolve(StoreFormat.INDEX), to.resolve(StoreFormat.INDEX));
    files.force(to);
  }

  private Path directory(Generation of) {
    return store.directory().resolve(StoreFormat.directory(of.number()));
  }

  /** What an earlier merge renamed, that was stopped, may not be on the disk yet. */
  private void forceAll() throws IOException {
    if (plan.removed().isEmpty()) {
      return;
    }
    for (Generation each : store.generations()) {
      store.files().force(directory(each));
    }
  }

  /** It is out of sight for good before any of it is deleted. */
  private void remove(Generation generation) throws IOException {
    StoreFiles files = store.files();
    Path out = store.directory().resolve(REMOVED + generation.number());
    files.rename(directory(generation), out);
    files.force(store.directory());
    files.delete(out);
  }
}
