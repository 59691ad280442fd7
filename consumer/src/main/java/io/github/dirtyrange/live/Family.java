package io.github.dirtyrange.live;

import io.github.dirtyrange.kernel.Forks;
import io.github.dirtyrange.kernel.Forks.Fork;
import io.github.dirtyrange.kernel.Kernel;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A process and all that it and its children start from now on. A child is let grow for a while
 * before it is armed: one that is gone at once is never stopped. One that still shares the memory
 * of the process that started it (vfork) waits until it has its own.
 */
final class Family implements AutoCloseable {

  private static final long GROWN_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private final Kernel kernel;
  private final Forks forks;
  private final Map<Integer, String> members = new HashMap<>();
  private final List<Child> growing = new ArrayList<>();

  /**
   * A child.
   *
   * @param pid its number
   * @param parentPid who started it
   * @param name its name when it was noticed
   * @param nanos when it was started
   */
  record Child(int pid, int parentPid, String name, long nanos) {}

  private Family(Kernel kernel, Forks forks, int pid) {
    this.kernel = kernel;
    this.forks = forks;
    members.put(pid, kernel.threadName(pid, pid));
  }

  /** Watches a process. Children that are there already do not belong to it. */
  static Family of(Kernel kernel, int pid) {
    Family family = new Family(kernel, kernel.watchForks(), pid);
    family.forks.take(family.members.keySet());
    return family;
  }

  /** Takes note of who was started; {@return the children that are grown now, each once} */
  List<Child> grown() {
    noteForks();
    List<Child> grown = new ArrayList<>();
    long now = kernel.nanoTime();
    for (Iterator<Child> each = growing.iterator(); each.hasNext(); ) {
      Child child = each.next();
      if (now - child.nanos() >= GROWN_NANOS
          && !kernel.shareMemory(child.pid(), child.parentPid())) {
        grown.add(child);
        each.remove();
      }
    }
    return grown;
  }

  private void noteForks() {
    for (Fork fork : forks.take(members.keySet())) {
      if (members.containsKey(fork.parentPid())) {
        String name = name(fork);
        members.put(fork.pid(), name);
        growing.add(new Child(fork.pid(), fork.parentPid(), name, fork.nanos()));
      }
    }
  }

  /** A child has its parent's name until it executes a program. */
  private String name(Fork fork) {
    String name = kernel.threadName(fork.pid(), fork.pid());
    return name.isEmpty() ? members.getOrDefault(fork.parentPid(), "") : name;
  }

  /**
   * Takes note of a process that has ended: its number may come to mean another. What it started
   * just before, as a daemon does, belongs to the family.
   */
  void ended(int pid) {
    noteForks();
    members.remove(pid);
  }

  /** {@return whether nobody is growing up} */
  boolean isGrown() {
    return growing.isEmpty();
  }

  /** {@return what is not noticed, for people; empty if every child is} */
  String limits() {
    return forks.limits();
  }

  @Override
  public void close() {
    forks.close();
  }
}
