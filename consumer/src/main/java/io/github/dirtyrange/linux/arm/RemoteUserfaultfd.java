package io.github.dirtyrange.linux.arm;

import io.github.dirtyrange.kernel.Errno;
import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.kernel.Vma;
import io.github.dirtyrange.linux.arm.ThreadChoice.Candidate;
import io.github.dirtyrange.linux.arm.ThreadChoice.Rank;
import io.github.dirtyrange.linux.mm.MemoryIdentity;
import io.github.dirtyrange.linux.mm.ProcMaps;
import io.github.dirtyrange.linux.mm.RemoteMemory;
import io.github.dirtyrange.linux.mm.UserfaultfdSource.Opened;
import io.github.dirtyrange.linux.sys.Abi;
import io.github.dirtyrange.linux.sys.Descriptor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Opens a userfaultfd in a process that has none to offer: a helper stops one thread for a moment,
 * lets it call userfaultfd(2) and close(2), and takes the descriptor in between.
 */
public final class RemoteUserfaultfd {

  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(2);
  private static final long FIRST_LIMIT_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

  /** For so long an instant is waited for in which a time limit need not begin anew. */
  private static final long CHOOSY_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private static final long PAUSE_NANOS = TimeUnit.MICROSECONDS.toNanos(500);
  private static final int HOLD_MILLIS = 10_000;

  private final MemoryIdentity identity;
  private final boolean framed;
  private final Path threads;
  private final List<Vma> mappings;
  private final Set<Integer> late = new HashSet<>();
  private final List<String> seen = new ArrayList<>();
  private final long start = System.nanoTime();
  private long stoppedNanos;

  private RemoteUserfaultfd(MemoryIdentity identity, ProcMaps maps, boolean framed) {
    this.identity = identity;
    this.framed = framed;
    threads = identity.threads();
    mappings = maps.read();
  }

  /**
   * Opens one.
   *
   * @param framed whether a signal frame may be put on the stack of the stopped thread
   * @throws KernelException EPERM if the process is traced or may not be, or has a filter of system
   *     calls that may not be suspended; EBUSY if no thread can be stopped; EMFILE if the process
   *     has as many descriptors as it may; EOPNOTSUPP if this is no x86-64
   */
  public static Opened open(MemoryIdentity identity, ProcMaps maps, boolean framed) {
    return new RemoteUserfaultfd(identity, maps, framed).open();
  }

  private Opened open() {
    Gadgets gadgets = Gadgets.find(new RemoteMemory(identity), mappings, framed);
    while (true) {
      Optional<Candidate> candidate = best();
      if (candidate.isPresent()) {
        Optional<Opened> opened = attempt(candidate.get().thread(), gadgets);
        if (opened.isPresent()) {
          return opened.get();
        }
      } else {
        LockSupport.parkNanos(PAUSE_NANOS);
      }
      identity.requireSame();
      if (System.nanoTime() - start > PATIENCE_NANOS) {
        throw new KernelException(Errno.EBUSY, title() + ": no thread stops; " + seen);
      }
    }
  }

  private Optional<Candidate> best() {
    boolean choosy = System.nanoTime() - start < CHOOSY_NANOS;
    List<Candidate> candidates = new ThreadChoice(identity.pid(), threads).candidates();
    seen.clear();
    candidates.stream().limit(3).forEach(candidate -> seen.add(candidate.thread().say()));
    List<Candidate> usable =
        candidates.stream()
            .filter(candidate -> candidate.rank() != Rank.NEVER)
            .filter(candidate -> !choosy || candidate.rank() != Rank.BEGUN_ANEW)
            .toList();
    if (usable.stream().allMatch(candidate -> late.contains(candidate.thread().tid()))) {
      late.clear();
    }
    return usable.stream()
        .filter(candidate -> !late.contains(candidate.thread().tid()))
        .findFirst();
  }

  private Optional<Opened> attempt(ThreadState thread, Gadgets gadgets) {
    ThreadStatus status = ThreadStatus.of(threads, thread.tid());
    status.refuseTraced(title());
    Command command = command(thread, status, gadgets);
    try (Helper helper = Helper.start()) {
      Optional<Reply> reply = helper.ask(command);
      if (reply.isEmpty()) {
        return Optional.empty();
      }
      stoppedNanos += reply.get().stoppedNanos();
      return opened(helper, reply.get(), status);
    }
  }

  private Command command(ThreadState thread, ThreadStatus status, Gadgets gadgets) {
    long filter = status.filtered() ? Abi.PTRACE_O_SUSPEND_SECCOMP : 0;
    boolean leaderLives = identity.thread() == identity.pid();
    Command command =
        new Command(Command.OPEN, identity.pid())
            .set(Command.TID, thread.tid())
            .set(Command.PIDFD_NUMBER, identity.thread())
            .set(Command.PIDFD_FLAGS, leaderLives ? 0 : Abi.PIDFD_THREAD)
            .set(Command.OPTIONS, Abi.PTRACE_O_TRACESYSGOOD | filter)
            .set(Command.FILTERED, filter)
            .set(Command.GADGET, gadgets.systemCall())
            .set(Command.RESTORER, status.shadowStack() ? 0 : gadgets.restorer())
            .set(Command.UFFD_FLAGS, Abi.O_CLOEXEC | Abi.O_NONBLOCK | Abi.UFFD_USER_MODE_ONLY)
            .set(Command.STOP_LIMIT_NANOS, FIRST_LIMIT_NANOS << Math.min(4, late.size()))
            .set(Command.HOLD_MILLIS, HOLD_MILLIS);
    Stacks.tell(command, identity.pid(), thread, mappings);
    return command;
  }

  private Optional<Opened> opened(Helper helper, Reply reply, ThreadStatus status) {
    switch (reply.status()) {
      case Reply.DONE -> {
        Descriptor descriptor = helper.take(reply.descriptor());
        return Optional.of(new Opened(descriptor, stoppedNanos));
      }
      case Reply.NOT_SEIZED -> refuseUnseizable(reply, status);
      case Reply.NOT_64_BIT ->
          throw new KernelException(Errno.EPERM, title() + ", which runs 32-bit code");
      case Reply.CALL_FAILED, Reply.NOT_TAKEN ->
          throw KernelException.ofNumber(reply.error(), title() + ", userfaultfd there");
      default -> late.add(reply.tid());
    }
    return Optional.empty();
  }

  private void refuseUnseizable(Reply reply, ThreadStatus status) {
    if (reply.error() != Errno.EPERM.number()) {
      late.add(reply.tid());
      return;
    }
    ThreadStatus.of(threads, reply.tid()).refuseTraced(title());
    throw new KernelException(
        Errno.EPERM,
        title()
            + (status.filtered()
                ? ", whose filter of system calls (seccomp) may not be suspended: that takes"
                    + " CAP_SYS_ADMIN, and no such filter of one's own"
                : ", of which no thread may be traced"));
  }

  private String title() {
    return "arming process " + identity.pid();
  }
}
