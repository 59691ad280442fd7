package io.github.dirtyrange.conform;

import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** What was compared so far: programs, steps, pages, and how each operation ended. */
public final class Tally {

  /** The ends of an operation that was never done. */
  static final SortedMap<String, Long> NEVER = Collections.emptySortedMap();

  private final SortedMap<String, SortedMap<String, Long>> operations = new TreeMap<>();
  private final SortedMap<String, Long> successesOnMixedPages = new TreeMap<>();
  private final SortedMap<String, Long> messages = new TreeMap<>();
  private long programs;
  private long steps;
  private long pageComparisons;
  private long scanComparisons;
  private long drains;
  private long drainedPages;

  /** Adds what another one has counted. */
  void add(Tally other) {
    programs += other.programs;
    steps += other.steps;
    pageComparisons += other.pageComparisons;
    scanComparisons += other.scanComparisons;
    drains += other.drains;
    drainedPages += other.drainedPages;
    other.operations.forEach(
        (name, ends) -> sum(operations.computeIfAbsent(name, n -> new TreeMap<>()), ends));
    sum(successesOnMixedPages, other.successesOnMixedPages);
    sum(messages, other.messages);
  }

  private static void sum(SortedMap<String, Long> all, SortedMap<String, Long> more) {
    more.forEach((name, count) -> all.merge(name, count, Long::sum));
  }

  /** {@return a tally with these counts} */
  static Tally of(
      long programs,
      long steps,
      long pageComparisons,
      long scanComparisons,
      Map<String, ? extends Map<String, Long>> operations,
      Map<String, Long> successesOnMixedPages,
      Map<String, Long> messages) {
    Tally tally = new Tally();
    tally.programs = programs;
    tally.steps = steps;
    tally.pageComparisons = pageComparisons;
    tally.scanComparisons = scanComparisons;
    operations.forEach((name, ends) -> tally.operations.put(name, new TreeMap<>(ends)));
    tally.successesOnMixedPages.putAll(successesOnMixedPages);
    tally.messages.putAll(messages);
    return tally;
  }

  /** {@return the same, with as many drains of so many pages} */
  Tally withDrains(long count, long pages) {
    drains = count;
    drainedPages = pages;
    return this;
  }

  /** Counts a program begun. */
  void program() {
    programs++;
  }

  /**
   * Counts a step, under its operation's name and how it ended on the running kernel.
   *
   * @param mixed whether the process's pages were in mixed states before
   */
  void step(Operation operation, Outcome real, boolean mixed) {
    steps++;
    String name = operation.name();
    operations.computeIfAbsent(name, n -> new TreeMap<>()).merge(real.summary(), 1L, Long::sum);
    if (mixed && real.succeeded()) {
      successesOnMixedPages.merge(name, 1L, Long::sum);
    }
    if (operation instanceof Operation.Scan) {
      scanComparisons++;
    }
    if (!(operation instanceof Operation.Smaps)) {
      real.notes().forEach(note -> messages.merge(UserfaultText.kind(note), 1L, Long::sum));
    }
  }

  /** Counts pagemap entries compared. */
  void pages(int count) {
    pageComparisons += count;
  }

  /** Counts a drain of both machines' queues, and the pages of which either told something. */
  void drain(long pages) {
    drains++;
    drainedPages += pages;
  }

  /** {@return how many drains were compared; 0 if queues are not compared} */
  public long drains() {
    return drains;
  }

  /** {@return of how many pages the drains told something} */
  public long drainedPages() {
    return drainedPages;
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

  /**
   * {@return by operation: how often it succeeded in a process whose pages were in mixed states}
   */
  public SortedMap<String, Long> successesOnMixedPages() {
    return Collections.unmodifiableSortedMap(successesOnMixedPages);
  }

  /** {@return how often an operation succeeded in a process whose pages were in mixed states} */
  public long successesOnMixedPages(String operation) {
    return successesOnMixedPages.getOrDefault(operation, 0L);
  }

  /** {@return by kind: how many messages of userfaultfds were compared} */
  public SortedMap<String, Long> messages() {
    return Collections.unmodifiableSortedMap(messages);
  }
}
