package io.github.dirtyrange.criu;

import io.github.dirtyrange.saved.SavedException;
import io.github.dirtyrange.saved.SavedFault.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * An image directory and those that it builds on.
 *
 * @param directories where they really are, oldest first
 * @param cut why the chain goes on no further behind the oldest, where it should
 */
record Chain(List<Path> directories, Optional<String> cut) {

  /** More would be years of a dump an hour. */
  private static final int MOST = 1 << 16;

  /**
   * Follows the links named {@code parent}, and no others.
   *
   * @throws SavedException if the directory is none, or its parents lead back to it, or do not end
   */
  static Chain of(Path directory) throws SavedException {
    Set<Path> found = new LinkedHashSet<>();
    Optional<String> cut = Optional.empty();
    Optional<Path> next = Optional.of(real(directory));
    while (next.isPresent()) {
      Path at = next.get();
      if (!found.add(at)) {
        throw new SavedException(
            Kind.NO_PARENT, directory + " has no first generation: its parents lead back to " + at);
      }
      if (found.size() > MOST) {
        throw new SavedException(
            Kind.NO_PARENT, directory + " has more than " + MOST + " generations before it");
      }
      Path link = at.resolve(Format.PARENT);
      next = parent(link);
      if (next.isEmpty() && ImageFile.isThere(link)) {
        cut = Optional.of(whyCut(link));
      }
    }
    List<Path> oldestFirst = new ArrayList<>(found);
    Collections.reverse(oldestFirst);
    return new Chain(oldestFirst, cut);
  }

  private static Path real(Path directory) throws SavedException {
    if (!Files.isDirectory(directory)) {
      throw new SavedException(
          Kind.NO_STORE, directory + " is no directory: name one with images of CRIU");
    }
    try {
      return directory.toRealPath();
    } catch (IOException e) {
      throw new SavedException(Kind.DISK, directory + " cannot be read", e);
    }
  }

  private static Optional<Path> parent(Path link) {
    if (!Files.isSymbolicLink(link) || !Files.isDirectory(link)) {
      return Optional.empty();
    }
    try {
      return Optional.of(link.toRealPath());
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static String whyCut(Path link) {
    if (!Files.isSymbolicLink(link)) {
      return link + " is no symbolic link: a parent is linked to, and nothing else is followed";
    }
    try {
      return "its parent " + Files.readSymbolicLink(link) + " is missing, or is no directory";
    } catch (IOException e) {
      return link + " cannot be read";
    }
  }
}
