package io.github.dirtyrange.store;

import io.github.dirtyrange.saved.SavedException;
import io.github.dirtyrange.saved.SavedFault;
import io.github.dirtyrange.saved.SavedFault.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Looks at everything in a store, and says what is wrong. Reads each stored page once, and each
 * range twice.
 */
public final class StoreVerifier {

  private final Path directory;
  private final List<SavedFault> faults = new ArrayList<>();

  private StoreVerifier(Path directory) {
    this.directory = directory;
  }

  /**
   * Verifies a store, whatever is in the directory; somebody may write it meanwhile.
   *
   * @return what is wrong; empty if nothing is. Never throws on damage
   */
  public static List<SavedFault> verify(Path directory) {
    StoreVerifier verifier = new StoreVerifier(directory);
    try {
      verifier.verify();
    } catch (SavedException e) {
      verifier.faults.add(SavedFault.of(e.kind(), String.valueOf(e.getMessage())));
    }
    return List.copyOf(verifier.faults);
  }

  private void verify() throws SavedException {
    if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
      StoreDirectory.requireSafe(directory);
    }
    tellThrown(() -> StoreDirectory.requireSafe(directory));
    tellThrown(() -> StoreDirectory.requireMarker(directory));
    if (faults.stream().anyMatch(fault -> fault.kind() == Kind.VERSION)) {
      return;
    }
    permissions(directory.resolve(StoreFormat.MARKER));
    for (long number : StoreDirectory.numbers(directory)) {
      Path generation = directory.resolve(StoreFormat.directory(number));
      permissions(generation);
      for (Path file : StoreDirectory.list(generation)) {
        permissions(file);
      }
    }
    try (SnapshotStore store = SnapshotStore.load(directory, new DiskFiles(), null)) {
      faults.addAll(store.damaged());
      for (Generation generation : store.generations()) {
        new LinkCheck(store, generation, faults).run();
        new PagesCheck(store, generation, faults).run();
      }
    }
  }

  /** Something that throws what is wrong. */
  @FunctionalInterface
  private interface Check {
    void run() throws SavedException;
  }

  private void tellThrown(Check check) {
    try {
      check.run();
    } catch (SavedException e) {
      faults.add(SavedFault.of(e.kind(), String.valueOf(e.getMessage())));
    }
  }

  private void permissions(Path path) {
    if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    tellThrown(
        () -> {
          if (StoreDirectory.isOpenToOthers(path)) {
            throw new SavedException(
                Kind.PERMISSIONS,
                path + " is open to others, or belongs to somebody else: chmod go= it");
          }
        });
  }

  /** {@return a fault of a page} */
  static SavedFault fault(Generation generation, Kind kind, long vpn, String what) {
    return new SavedFault(
        kind,
        OptionalLong.of(generation.number()),
        Optional.of(generation.id()),
        generation.index().mappingName(vpn),
        OptionalLong.of(vpn),
        generation.title(vpn) + " " + what);
  }

  /** {@return a fault of a generation as a whole} */
  static SavedFault fault(Generation generation, Kind kind, String sentence) {
    return new SavedFault(
        kind,
        OptionalLong.of(generation.number()),
        Optional.of(generation.id()),
        "",
        OptionalLong.empty(),
        sentence);
  }

  /** {@return the length of a file, or less than 0 if there is none} */
  static long length(Path file) throws IOException {
    return Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) ? Files.size(file) : -1;
  }
}
