package io.github.dirtyrange.linux.perf;

import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.linux.sys.Processes;
import io.github.dirtyrange.linux.sys.Sharing;
import it.unimi.dsi.fastutil.ints.Int2ObjectMap;
import it.unimi.dsi.fastutil.ints.Int2ObjectOpenHashMap;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Tells the samples of one memory from those of others: by the process that faulted.
 *
 * <p>Processes that share the memory at the beginning are found by asking the kernel of every
 * process. From then on each process that a member makes is a member until the kernel says that it
 * has a memory of its own, since when it has had it nobody can tell: a sample too many is only a
 * page that is looked at for nothing. No other process can come to share the memory.
 */
final class Members implements AutoCloseable {

  private final int pid;
  private final Member own;
  private final IntSupplier thread;
  private final Int2ObjectMap<Member> all = new Int2ObjectOpenHashMap<>();
  private final List<Fork> forks = new ArrayList<>();
  private int lastPid;
  private @Nullable Member last;

  /** A process that was made, and is not taken note of yet. */
  private record Fork(int parent, int child, long nanos) {}

  /**
   * Knows only the process itself.
   *
   * @param thread a thread of it that has its memory: the first one may have ended
   */
  Members(int pid, Member own, IntSupplier thread) {
    this.pid = pid;
    this.own = own;
    this.thread = thread;
    all.put(pid, own);
  }

  /** {@return whose sample it is; null if it is of another memory} */
  @Nullable Member of(int samplePid, long nanos) {
    if (samplePid != lastPid) {
      lastPid = samplePid;
      last = all.get(samplePid);
    }
    Member member = last;
    return member != null && member.counts(nanos) ? member : null;
  }

  /** {@return whether a sample of that process may count} */
  boolean has(int samplePid) {
    return all.containsKey(samplePid);
  }

  /** {@return how many processes share the memory, as far as is known, the process itself apart} */
  int others() {
    return all.size() - 1;
  }

  /** Asks of every process whether it shares the memory. */
  void findAll() {
    int of = thread.getAsInt();
    for (int other : Processes.list()) {
      if (!all.containsKey(other) && Sharing.ofMemory(of, other) == Sharing.SHARED) {
        addCounted(other);
      }
    }
    last = null;
    lastPid = 0;
  }

  private void addCounted(int other) {
    try {
      all.put(other, new Member(FaultBalance.fromNowOn(other)));
    } catch (KernelException e) {
      // It has ended meanwhile, or may not be looked at; then its samples alone are known.
      all.put(other, new Member());
    }
  }

  /** Takes note of a process that was made, to be told to {@link #adopt}. */
  void forked(int parent, int child, long nanos) {
    if (parent != child) {
      forks.add(new Fork(parent, child, nanos));
    }
  }

  /**
   * Takes in the processes that members made until that time; whatever had a child's number before
   * is a member no more. The rings of several CPUs tell of them out of order.
   */
  void adopt(long untilNanos) {
    if (forks.isEmpty()) {
      return;
    }
    forks.sort(Comparator.comparingLong(Fork::nanos));
    int known = 0;
    while (known < forks.size() && forks.get(known).nanos() <= untilNanos) {
      adopt(forks.get(known++));
    }
    forks.subList(0, known).clear();
    last = null;
    lastPid = 0;
  }

  private void adopt(Fork fork) {
    if (fork.child() == pid) {
      return;
    }
    Member before =
        all.containsKey(fork.parent())
            ? all.put(fork.child(), Member.made())
            : all.remove(fork.child());
    if (before != null) {
      before.close();
    }
  }

  /**
   * Asks of all members whether they share the memory still. Those that do not any more are members
   * until now, and in the next reading are left out.
   */
  void settle() {
    if (all.size() == 1) {
      return;
    }
    int of = thread.getAsInt();
    for (int other : all.keySet().toIntArray()) {
      if (other != pid) {
        settle(of, other, all.get(other));
      }
    }
    last = null;
    lastPid = 0;
  }

  private void settle(int of, int other, Member member) {
    if (member.hasLeft()) {
      all.remove(other);
      member.close();
      return;
    }
    switch (Sharing.ofMemory(of, other)) {
      case SHARED -> {
        member.shares();
        balance(other, member);
      }
      case APART, GONE -> member.leave(System.nanoTime());
      case UNKNOWN -> {}
    }
  }

  private static void balance(int other, Member member) {
    try {
      member.balance(other);
    } catch (KernelException e) {
      member.leave(System.nanoTime());
    }
  }

  /** Counts the faults of all members until now, for {@link #areEven} after the next reading. */
  void count() {
    if (all.size() == 1) {
      own.count();
    } else {
      all.values().forEach(Member::count);
    }
  }

  /**
   * {@return whether every fault of all members that was counted was sampled, or accounted for
   * before}
   */
  boolean areEven() {
    if (all.size() == 1) {
      return own.isEven();
    }
    boolean even = true;
    for (Member member : all.values()) {
      even &= member.isEven();
    }
    return even;
  }

  /** Accounts for all faults of all members until now: all memory is about to be looked at. */
  void accountForAll() {
    all.values().forEach(Member::accountForAll);
  }

  /** {@return as {@link FaultBalance#isExact}, of all members} */
  boolean areExact() {
    return all.values().stream().allMatch(Member::isExact);
  }

  @Override
  public void close() {
    all.values().forEach(Member::close);
    all.clear();
  }
}
