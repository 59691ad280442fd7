package io.github.dirtyrange.store;

import io.github.dirtyrange.saved.SavedException;
import java.nio.file.Path;
import java.util.OptionalLong;

/** A program that writes generations, and merges them now and then, until it is killed. */
final class KilledWriter {

  private static final int MOST_GENERATIONS = 6;

  private KilledWriter() {}

  /** Says the epoch of each generation once it is there for good. */
  public static void main(String[] arguments) throws SavedException {
    Path directory = Path.of(arguments[0]);
    System.out.println("begun");
    while (true) {
      try (SnapshotStore store = SnapshotStore.create(directory)) {
        while (store.generations().size() < MOST_GENERATIONS) {
          System.out.println(StampedChain.next(store).header().epoch());
        }
      }
      StoreMerger.merge(directory, OptionalLong.empty());
    }
  }
}
