package io.github.dirtyrange.linux;

import io.github.dirtyrange.kernel.Forks;
import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.linux.perf.ForkRecords;
import io.github.dirtyrange.linux.sys.Threads;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Forks as the kernel's records tell of them, where we may look at whole CPUs; else, and where a
 * record may have been lost, as {@code /proc/PID/task/TID/children} lists them.
 */
final class LinuxForks implements Forks {

  private static final String BETWEEN =
      "forks are looked up in /proc: a process that comes and goes between two looks is not"
          + " noticed";

  /** As where nobody read for seconds, or on a CPU that came online. */
  private static final String LOST =
      "records of forks may have been lost: a process that came and went meanwhile was not noticed";

  private final @Nullable ForkRecords records;
  private @Nullable Map<Integer, Integer> listed;
  private String limits;

  private LinuxForks(@Nullable ForkRecords records, String limits) {
    this.records = records;
    this.limits = limits;
  }

  static LinuxForks open() {
    try {
      return new LinuxForks(ForkRecords.open(), "");
    } catch (KernelException e) {
      return new LinuxForks(null, BETWEEN + " (" + e.getMessage() + ")");
    }
  }

  @Override
  public List<Fork> take(Set<Integer> parents) {
    if (listed == null) {
      listed = children(parents);
    }
    List<Fork> forks = new ArrayList<>();
    boolean lost = records == null || records.take(forks);
    if (lost) {
      limits = limits.isEmpty() ? LOST : limits;
      addListed(parents, forks);
    }
    return forks;
  }

  private void addListed(Set<Integer> parents, List<Fork> forks) {
    Map<Integer, Integer> now = children(parents);
    Set<Integer> before = listed == null ? Set.of() : listed.keySet();
    forks.addAll(unknown(now, before, parents, List.copyOf(forks), System.nanoTime()));
    listed = now;
  }

  /**
   * {@return the children that are new} What was listed before, at the first look at the latest, is
   * not; nor is what the records have told of, now or earlier.
   *
   * @param now children by number, with the one that each belongs to
   * @param before those that were listed before
   * @param known those of which whoever asks knows
   * @param recorded what records tell of now
   * @param nanos the time now
   */
  static List<Fork> unknown(
      Map<Integer, Integer> now,
      Set<Integer> before,
      Set<Integer> known,
      List<Fork> recorded,
      long nanos) {
    Set<Integer> told = recorded.stream().map(Fork::pid).collect(Collectors.toSet());
    List<Fork> forks = new ArrayList<>();
    now.forEach(
        (child, parent) -> {
          if (!before.contains(child) && !known.contains(child) && !told.contains(child)) {
            forks.add(new Fork(parent, child, nanos));
          }
        });
    return forks;
  }

  /** {@return the children of some processes, with the one that each belongs to} */
  private static Map<Integer, Integer> children(Set<Integer> parents) {
    Map<Integer, Integer> children = new TreeMap<>();
    for (int parent : parents) {
      for (int child : Threads.children(parent)) {
        children.put(child, parent);
      }
    }
    return children;
  }

  @Override
  public String limits() {
    return limits;
  }

  @Override
  public void close() {
    if (records != null) {
      records.close();
    }
  }
}
