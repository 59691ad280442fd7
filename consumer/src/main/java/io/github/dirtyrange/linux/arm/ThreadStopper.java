package io.github.dirtyrange.linux.arm;

import io.github.dirtyrange.kernel.Errno;
import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.kernel.Vma;
import io.github.dirtyrange.linux.arm.ThreadChoice.Candidate;
import io.github.dirtyrange.linux.mm.MemoryIdentity;
import io.github.dirtyrange.linux.mm.RemoteMemory;
import io.github.dirtyrange.linux.sys.Abi;
import io.github.dirtyrange.linux.sys.CgroupHierarchy;
import io.github.dirtyrange.linux.sys.Descriptor;
import io.github.dirtyrange.linux.sys.Sharing;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntSupplier;
import java.util.stream.Collectors;

/**
 * Has helpers stop one thread of a process, the one that bears it best; another one where that does
 * not stop.
 */
final class ThreadStopper {

  /** What is made of a helper's reply, while the helper lives. */
  @FunctionalInterface
  interface Use<T> {
    /** {@return nothing if it is to be tried once more} */
    Optional<T> of(Helper helper, Reply reply);
  }

  /** For so long another thread is tried where none stops. */
  static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(2);

  private static final long FIRST_LIMIT_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
  private static final int MOST_DOUBLINGS = 4;

  /** For so long an instant is waited for in which no time limit has to begin anew. */
  private static final long CHOOSY_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private static final long PAUSE_NANOS = TimeUnit.MICROSECONDS.toNanos(500);
  private static final int HOLD_MILLIS = 10_000;
  private static final int SAID = 3;

  private final MemoryIdentity identity;
  private final List<Vma> mappings;
  private final Gadgets gadgets;
  private final IntSupplier deathStep;
  private final long patienceNanos;
  private final Path threads;
  private final String title;
  private long stoppedNanos;
  private int attempts;

  /** Whose descriptors a stopped thread has to have; 0 for the process's. */
  private int owner;

  /** Threads that are not to be stopped again, and why. */
  private final Map<Integer, String> unfit = new HashMap<>();

  /** Whether the kernel may suspend a filter of system calls for us, as far as is known. */
  private boolean maySuspend = true;

  private ThreadStopper(
      MemoryIdentity identity,
      List<Vma> mappings,
      Gadgets gadgets,
      IntSupplier deathStep,
      long patienceNanos) {
    this.identity = identity;
    this.mappings = mappings;
    this.gadgets = gadgets;
    this.deathStep = deathStep;
    this.patienceNanos = patienceNanos;
    threads = identity.threads();
    title = "arming process " + identity.pid();
  }

  /**
   * {@return one that has stopped nothing yet}
   *
   * @param framed whether a signal frame may be put on the stack of a stopped thread
   * @param deathStep the step at which the next helper is to die, 0 for none
   * @param patienceNanos for how long it is tried
   * @throws KernelException EOPNOTSUPP if the process has no {@code syscall} instruction
   */
  static ThreadStopper of(
      MemoryIdentity identity,
      List<Vma> mappings,
      boolean framed,
      IntSupplier deathStep,
      long patienceNanos) {
    Gadgets gadgets = gadgets(identity, mappings, framed);
    return new ThreadStopper(identity, mappings, gadgets, deathStep, patienceNanos);
  }

  /** Of memory that has gone no mapping is shown, and so no instruction is found. */
  private static Gadgets gadgets(MemoryIdentity identity, List<Vma> mappings, boolean framed) {
    try {
      return Gadgets.find(new RemoteMemory(identity), mappings, framed);
    } catch (KernelException e) {
      identity.requireSame();
      throw e;
    }
  }

  /** {@return for how long threads have stood so far} */
  long stoppedNanos() {
    return stoppedNanos;
  }

  /**
   * Stops a thread for a command.
   *
   * @param order the command; the thread is put into it
   * @param use what is made of the reply
   * @param onDeath is run where a helper died before it replied, or left a descriptor open there
   * @throws KernelException EPERM if the process may not be traced; EBUSY if no thread stops
   */
  <T> T stop(Command order, Use<T> use, Runnable onDeath) {
    Set<Integer> late = new HashSet<>();
    long start = System.nanoTime();
    while (true) {
      List<Candidate> candidates =
          new ThreadChoice(identity.pid(), threads).candidates(unfit.keySet());
      requireFit(candidates);
      long nanos = System.nanoTime() - start;
      Optional<ThreadState> thread = ThreadChoice.best(candidates, nanos < CHOOSY_NANOS, late);
      Optional<T> done = thread.flatMap(chosen -> attempt(chosen, order, use, late, onDeath));
      if (done.isPresent()) {
        return done.get();
      }
      identity.requireSame();
      if (nanos > patienceNanos) {
        throw new KernelException(Errno.EBUSY, title + whyNoneStops(candidates));
      }
      if (thread.isEmpty()) {
        LockSupport.parkNanos(PAUSE_NANOS);
      }
    }
  }

  /**
   * Has a descriptor closed there, if it is the same open file as one of ours: the process may have
   * closed it itself.
   *
   * @param owner a thread that has it, by whom or by one that shares its descriptors it is closed
   * @throws KernelException as {@link #stop}
   */
  void close(int owner, int number, Descriptor ours) {
    this.owner = owner;
    Command order =
        new Command(Command.CLOSE, identity.pid())
            .set(Command.DESCRIPTOR, number)
            .set(Command.SAME_PID, ProcessHandle.current().pid())
            .set(Command.SAME_DESCRIPTOR, ours.number());
    stop(order, (helper, reply) -> Optional.of(reply), () -> {});
  }

  /**
   * Refuses to go on where all threads that there are were found unfit.
   *
   * @throws KernelException EPERM
   */
  private void requireFit(List<Candidate> candidates) {
    if (candidates.isEmpty() && !unfit.isEmpty()) {
      identity.requireSame();
      throw new KernelException(
          Errno.EPERM,
          title
              + ", of which no thread is fit: "
              + unfit.values().stream().distinct().sorted().collect(Collectors.joining("; ")));
    }
  }

  private String whyNoneStops(List<Candidate> candidates) {
    if (CgroupHierarchy.isFrozen(identity.pid())) {
      return ": its cgroup is frozen, and it can be armed once that is thawed";
    }
    return ": no thread stops: "
        + candidates.stream()
            .limit(SAID)
            .map(candidate -> candidate.thread().say())
            .collect(Collectors.joining("; "));
  }

  private <T> Optional<T> attempt(
      ThreadState thread, Command order, Use<T> use, Set<Integer> late, Runnable onDeath) {
    try (Helper helper = Helper.start()) {
      // Looked at as late as can be: a thread may begin to filter its calls at any time.
      Optional<ThreadStatus> status = ThreadStatus.of(threads, thread.tid());
      if (status.isEmpty()) {
        return Optional.empty();
      }
      status.get().refuseTraced(title);
      if (hasOwnDescriptors(thread.tid())) {
        unfit.put(thread.tid(), "has descriptors of its own (CLONE_FILES)");
        return Optional.empty();
      }
      address(order, thread, status.get());
      Optional<Reply> reply = helper.ask(order);
      if (reply.isPresent()) {
        Optional<T> result = result(helper, reply.get(), status.get(), use, late);
        if (result.isPresent() || !leftSomething(reply.get())) {
          return result;
        }
      }
      helper.awaitEnd();
    }
    onDeath.run();
    return Optional.empty();
  }

  /** The thread ended, or could not go on, between the two calls. */
  private static boolean leftSomething(Reply reply) {
    return reply.remote() >= 0 && reply.status() != Reply.DONE;
  }

  /**
   * What it opens could not be taken: that goes by the descriptors of the process. A thread that is
   * ending has none, so the one to compare with is looked for anew.
   */
  private boolean hasOwnDescriptors(int tid) {
    if (Sharing.ofDescriptors(owner(), tid) != Sharing.APART) {
      return false;
    }
    identity.requireSame();
    return Sharing.ofDescriptors(owner(), tid) == Sharing.APART;
  }

  private int owner() {
    return owner == 0 ? identity.thread() : owner;
  }

  private void address(Command order, ThreadState thread, ThreadStatus status) {
    boolean leaderLives = identity.thread() == identity.pid();
    long suspending = status.filtered() || maySuspend ? Abi.PTRACE_O_SUSPEND_SECCOMP : 0;
    order
        .set(Command.STOP_LIMIT_NANOS, FIRST_LIMIT_NANOS << Math.min(MOST_DOUBLINGS, attempts++))
        .set(Command.TID, thread.tid())
        .set(Command.PIDFD_NUMBER, identity.thread())
        .set(Command.PIDFD_FLAGS, leaderLives ? 0 : Abi.PIDFD_THREAD)
        .set(Command.OPTIONS, Abi.PTRACE_O_TRACESYSGOOD | suspending)
        .set(Command.FILTERED, status.filtered() ? 1 : 0)
        .set(Command.GADGET, gadgets.systemCall())
        .set(Command.RESTORER, status.shadowStack() ? 0 : gadgets.restorer())
        .set(Command.HOLD_MILLIS, HOLD_MILLIS)
        .set(Command.DIE_AT, deathStep.getAsInt())
        .set(Command.STACKS, 0)
        .set(Command.SEED_AT, 0)
        .program(identity.program(), "/proc/" + identity.pid() + "/task/" + thread.tid() + "/auxv");
    identity.seed().ifPresent(order::seed);
    Stacks.tell(order, identity, thread, mappings);
  }

  private <T> Optional<T> result(
      Helper helper, Reply reply, ThreadStatus status, Use<T> use, Set<Integer> late) {
    stoppedNanos += reply.stoppedNanos();
    switch (reply.status()) {
      case Reply.DONE, Reply.CALL_FAILED, Reply.NOT_TAKEN, Reply.NOT_SAME -> {
        return use.of(helper, reply);
      }
      case Reply.DISPATCHED ->
          unfit.put(
              reply.tid(),
              "has its system calls dispatched to itself (PR_SET_SYSCALL_USER_DISPATCH)");
      case Reply.NOT_64_BIT ->
          throw new KernelException(Errno.EPERM, title + ", which runs 32-bit code");
      case Reply.NOT_SEIZED -> {
        if (maySuspend && !status.filtered()) {
          // Nothing is to be suspended that is known of, and it may be just that which is refused.
          maySuspend = false;
          return Optional.empty();
        }
        refuseUnseizable(reply, status);
      }
      default -> helper.awaitEnd();
    }
    late.add(reply.tid());
    return Optional.empty();
  }

  /** A thread that has just ended is refused as well: then another one is taken. */
  private void refuseUnseizable(Reply reply, ThreadStatus status) {
    Optional<ThreadStatus> now = ThreadStatus.of(threads, reply.tid());
    if (reply.error() != Errno.EPERM.number() || now.isEmpty() || now.get().ended()) {
      return;
    }
    now.get().refuseTraced(title);
    throw new KernelException(
        Errno.EPERM,
        title
            + (status.filtered()
                ? ", whose filter of system calls (seccomp) may not be suspended: that takes"
                    + " CAP_SYS_ADMIN, and no such filter of one's own"
                : ", of which no thread may be traced"));
  }
}
