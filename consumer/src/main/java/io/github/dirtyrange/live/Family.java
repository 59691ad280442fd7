package io.github.dirtyrange.live;

import io.github.dirtyrange.kernel.Forks;
import io.github.dirtyrange.kernel.Forks.Fork;
import io.github.dirtyrange.kernel.Kernel;
import io.github.dirtyrange.live.result.LiveEvents;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A process and all that it and its children start from now on. A child is let grow for a while
 * before it is armed: one that is gone at once is never stopped. One that still shares the memory
 * of the process that started it (vfork) waits until it has its own.
 */
final class Family implements AutoCloseable {

  private static final long GROWN_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  /** A child that does not stop is tried again after so long, and then twice as long. */
  private static final long FIRST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

  private static final int MOST_ATTEMPTS = 4;

  private final Kernel kernel;
  private final Forks forks;
  private final LiveEvents events;
  private final Map<Integer, String> members = new HashMap<>();
  private final Set<Integer> untracked = new HashSet<>();
  private final List<Child> growing = new ArrayList<>();

  /**
   * Forks of the last look by processes that were not known. The record of a grandchild may come a
   * look before that of its parent, since CPUs have records of their own.
   */
  private final List<Fork> parentless = new ArrayList<>();

  /**
   * A child that is not armed yet.
   *
   * @param pid its number
   * @param parentPid who started it
   * @param name its name when it was noticed
   * @param dueNanos when it is to be armed
   * @param attempts how often it was to be armed and did not stop
   * @param executed whether it was tracked before, and executed another program
   */
  record Child(
      int pid, int parentPid, String name, long dueNanos, int attempts, boolean executed) {}

  private Family(Kernel kernel, Forks forks, int pid, LiveEvents events) {
    this.kernel = kernel;
    this.forks = forks;
    this.events = events;
    members.put(pid, kernel.threadName(pid, pid));
  }

  /** Watches a process. Children that are there already do not belong to it. */
  static Family of(Kernel kernel, int pid, LiveEvents events) {
    Family family = new Family(kernel, kernel.watchForks(), pid, events);
    family.forks.take(family.members.keySet());
    return family;
  }

  /**
   * {@return a child that is grown now, and belongs to the caller from now on; null if there is
   * none} Those that did not stop come last.
   */
  @Nullable Child takeGrown() {
    long now = kernel.nanoTime();
    growing.sort(Comparator.comparingInt(Child::attempts));
    for (Iterator<Child> each = growing.iterator(); each.hasNext(); ) {
      Child child = each.next();
      if (now - child.dueNanos() >= 0 && hasOwnMemory(child)) {
        each.remove();
        return child;
      }
    }
    return null;
  }

  /** {@return all that are not armed yet; they belong to the caller from now on} */
  List<Child> takeAll() {
    List<Child> all = List.copyOf(growing);
    growing.clear();
    return all;
  }

  private boolean hasOwnMemory(Child child) {
    return child.executed() || !kernel.shareMemory(child.pid(), child.parentPid());
  }

  /** Takes back a child that did not stop; {@return whether it is worth another attempt} */
  boolean tryAgain(Child child) {
    int attempts = child.attempts() + 1;
    if (attempts == MOST_ATTEMPTS) {
      return false;
    }
    long due = kernel.nanoTime() + (FIRST_PAUSE_NANOS << child.attempts());
    growing.add(
        new Child(child.pid(), child.parentPid(), child.name(), due, attempts, child.executed()));
    return true;
  }

  /** {@return a child that was tracked and executed another program, to be armed again} */
  Child executed(int pid, String name) {
    return new Child(pid, pid, name, kernel.nanoTime(), 0, true);
  }

  /**
   * Takes note of who was started, and forgets who is not there any more and is not tracked: what
   * that one has started by then belongs to the family still.
   */
  void noteForks() {
    List<Integer> gone = untracked.stream().filter(this::isGone).toList();
    List<Fork> taken = forks.take(members.keySet());
    List<Fork> inOrder = new ArrayList<>(parentless);
    inOrder.addAll(taken);
    inOrder.sort(Comparator.comparingLong(Fork::nanos));
    Set<Fork> fresh = new HashSet<>(taken);
    parentless.clear();
    for (Fork fork : inOrder) {
      if (members.containsKey(fork.parentPid())) {
        add(fork);
      } else if (fresh.contains(fork)) {
        forget(fork.pid());
        parentless.add(fork);
      }
    }
    gone.forEach(this::forget);
  }

  private boolean isGone(int pid) {
    return kernel.threadName(pid, pid).isEmpty();
  }

  /** Its number is another's, or may come to be. */
  private void forget(int pid) {
    if (untracked.remove(pid)) {
      members.remove(pid);
    }
  }

  private void add(Fork fork) {
    String name = name(fork);
    members.put(fork.pid(), name);
    untracked.remove(fork.pid());
    long due = fork.nanos() + GROWN_NANOS;
    growing.add(new Child(fork.pid(), fork.parentPid(), name, due, 0, false));
    events.forked(fork.parentPid(), fork.pid(), fork.nanos());
  }

  /**
   * A child has its parent's name until it executes a program. The parent may have executed one, or
   * changed its name, since it was noticed itself.
   */
  private String name(Fork fork) {
    String name = kernel.threadName(fork.pid(), fork.pid());
    if (!name.isEmpty()) {
      return name;
    }
    String parents = kernel.threadName(fork.parentPid(), fork.parentPid());
    return parents.isEmpty() ? members.getOrDefault(fork.parentPid(), "") : parents;
  }

  /**
   * Takes note of a process that is not tracked, or not any more. It belongs to the family for as
   * long as it is there: its number may then come to mean another. What it started just before its
   * end, as a daemon does, belongs to the family.
   */
  void untracked(int pid) {
    noteForks();
    untracked.add(pid);
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
