package io.github.dirtyrange.conform;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/** What was compared so far: programs, steps, pages, and how each operation ended. */
public final class Tally {

  private final SortedMap<String, SortedMap<String, Long>> operations = new TreeMap<>();
  private long programs;
  private long steps;
  private long pageComparisons;
  private long scanComparisons;

  /** Counts a program begun. */
  void program() {
    programs++;
  }

  /** Counts a step, under its operation's name and how it ended on the running kernel. */
  void step(Operation operation, Outcome real) {
    steps++;
    if (operation instanceof Operation.Scan) {
      scanComparisons++;
    }
    operations
        .computeIfAbsent(operation.name(), name -> new TreeMap<>())
        .merge(real.summary(), 1L, Long::sum);
  }

  /** Counts pagemap entries compared. */
  void pages(int count) {
    pageComparisons += count;
  }

  /** {@return how many programs were begun} */
  public long programs() {
    return programs;
  }

  /** {@return how many operations were done on both machines} */
  public long steps() {
    return steps;
  }

  /** {@return how many pagemap entries were compared} */
  public long pageComparisons() {
    return pageComparisons;
  }

  /** {@return how many outcomes of PAGEMAP_SCAN were compared} */
  public long scanComparisons() {
    return scanComparisons;
  }

  /** {@return by operation, then by "ok" or the error's name: how often} */
  public SortedMap<String, SortedMap<String, Long>> operations() {
    return Collections.unmodifiableSortedMap(operations);
  }
}
