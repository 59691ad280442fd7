package io.github.dirtyrange.store;

import io.github.dirtyrange.saved.SavedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Stream;

/**
 * A program that writes some generations and merges them, and does all of it again. One of its
 * calls may fail. Says what was written, what failed, and how many files it leaves open.
 */
final class FaultyWriter {

  private static final int GENERATIONS = 3;

  private FaultyWriter() {}

  public static void main(String[] arguments) throws IOException {
    Path directory = Path.of(arguments[0]);
    for (int round = 0; round < 2; round++) {
      write(directory);
      merge(directory);
      System.out.println("open " + openFiles(directory));
    }
  }

  private static void write(Path directory) {
    try (SnapshotStore store = SnapshotStore.create(directory)) {
      for (int i = 0; i < GENERATIONS; i++) {
        System.out.println("said " + StampedChain.next(store).header().epoch());
      }
    } catch (SavedException e) {
      System.out.println("failed " + e.getMessage());
    }
  }

  private static void merge(Path directory) {
    try {
      StoreMerger.merge(directory, OptionalLong.empty());
      System.out.println("merged");
    } catch (SavedException e) {
      System.out.println("failed " + e.getMessage());
    }
  }

  /** {@return files of a directory that this program has open} */
  static long openFiles(Path directory) throws IOException {
    List<Path> open;
    try (Stream<Path> all = Files.list(Path.of("/proc/self/fd"))) {
      open = all.toList();
    }
    long found = 0;
    for (Path each : open) {
      found += isIn(directory.toRealPath(), each) ? 1 : 0;
    }
    return found;
  }

  /** Others of the virtual machine's threads open files, too, and close them. */
  private static boolean isIn(Path directory, Path open) throws IOException {
    try {
      return Files.readSymbolicLink(open).startsWith(directory);
    } catch (NoSuchFileException e) {
      return false;
    }
  }
}
