package io.github.dirtyrange.criu;

import io.github.dirtyrange.saved.SavedException;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Looks for a generation that was left out of a chain. Each dump that has a parent starts CRIU's
 * tracking anew; so of two from one parent, the later one knows only what changed since the earlier
 * one. What a directory's time says is in its inventory, and one without it is not seen.
 */
final class Siblings {

  /** So many directories beside a generation's are looked at. */
  private static final int MOST = 10_000;

  private final ImageDirectory parent;
  private final ImageDirectory child;
  private final long from;
  private final long until;

  private Siblings(ImageDirectory parent, ImageDirectory child, long from, long until) {
    this.parent = parent;
    this.child = child;
    this.from = from;
    this.until = until;
  }

  /**
   * {@return the name of a directory beside a generation's, or beside its parent's, that was dumped
   * from the same parent in between, with a process of the generation's}
   */
  static Optional<String> between(ImageDirectory parent, ImageDirectory child) {
    OptionalLong from = parent.uptime();
    OptionalLong until = child.uptime();
    if (from.isEmpty() || until.isEmpty()) {
      return Optional.empty();
    }
    Siblings siblings = new Siblings(parent, child, from.getAsLong(), until.getAsLong());
    Optional<String> found = siblings.beside(child.path());
    return found.isPresent() ? found : siblings.beside(parent.path());
  }

  private Optional<String> beside(Path directory) {
    Path folder = directory.getParent();
    if (folder == null) {
      return Optional.empty();
    }
    int left = MOST;
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
      for (Path entry : entries) {
        if (left-- == 0) {
          break;
        }
        if (isBetween(entry)) {
          return Optional.of(String.valueOf(entry.getFileName()));
        }
      }
    } catch (IOException | DirectoryIteratorException e) {
      // It is not ours to list; then nothing is known of it.
      return Optional.empty();
    }
    return Optional.empty();
  }

  private boolean isBetween(Path directory) throws IOException {
    if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)
        || !isFromParent(directory.resolve(Format.PARENT))) {
      return false;
    }
    try {
      OptionalLong uptime = Inventory.read(directory.resolve(Format.INVENTORY)).dumpUptimeMicros();
      return uptime.isPresent()
          && from < uptime.getAsLong()
          && uptime.getAsLong() < until
          && hasAProcessOfTheChild(directory);
    } catch (SavedException e) {
      return false;
    }
  }

  private boolean isFromParent(Path link) throws IOException {
    return Files.isSymbolicLink(link)
        && Files.isDirectory(link)
        && Files.isSameFile(link, parent.path());
  }

  private boolean hasAProcessOfTheChild(Path directory) {
    return child.withPagemap().stream()
        .anyMatch(pid -> ImageFile.isThere(directory.resolve(Format.pagemap(pid))));
  }
}
