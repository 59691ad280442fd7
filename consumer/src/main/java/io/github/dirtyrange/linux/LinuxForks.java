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
import org.jspecify.annotations.Nullable;

/**
 * Forks as the kernel's records tell of them, where we may look at whole CPUs; else, and where a
 * record may have been lost, as {@code /proc/PID/task/TID/children} lists them.
 */
final class LinuxForks implements Forks {

  private static final String BETWEEN =
      "forks are looked up in /proc: a process that comes and goes between two looks is not noticed";

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
      limits = limits.isEmpty() ? BETWEEN + ", since not all records were to be had" : limits;
      addListed(parents, forks);
    }
    return forks;
  }

  /** What was listed before, at the first look at the latest, is not new. */
  private void addListed(Set<Integer> parents, List<Fork> forks) {
    Map<Integer, Integer> now = children(parents);
    now.forEach(
        (child, parent) -> {
          if (listed == null || !listed.containsKey(child)) {
            forks.add(new Fork(parent, child, System.nanoTime()));
          }
        });
    listed = now;
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
