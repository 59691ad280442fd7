package io.github.dirtyrange.linux.arm;

import io.github.dirtyrange.linux.sys.Threads;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Which threads of a process bear a short stop, the best first. */
final class ThreadChoice {

  /** How well a thread bears a stop, the best first. */
  enum Rank {
    /** It waits in a call that goes on as if nothing had been. */
    WAITS,
    /** It waits in a call that goes on by restart_syscall. */
    WAITS_BY_RESTART,
    /** It runs. */
    RUNS,
    /** It waits, with no time limit, in a call that has to be begun again. */
    BEGUN_AGAIN,
    /** The same with a time limit, which begins anew. */
    BEGUN_ANEW,
    /** A stop could be noticed, or it does not stop. */
    NEVER
  }

  /** A thread and how well it bears a stop. */
  record Candidate(ThreadState thread, Rank rank) {}

  /** Threads of io_uring, which work for a process; the kernel tells nothing else of them. */
  static final String KERNELS = "iou-";

  private static final int FLAGS_OF_CLOCK_NANOSLEEP = 1;
  private static final int TIMER_ABSTIME = 1;
  private static final int TIME_OF_FUTEX = 3;
  private static final int MSG_WAITALL = 0x100;

  /** So many are enough to choose from. */
  private static final int ENOUGH = 8;

  private final Path threads;
  private final int pid;

  /** Chooses among the threads of the folder {@code task} of a process. */
  ThreadChoice(int pid, Path threads) {
    this.pid = pid;
    this.threads = threads;
  }

  /**
   * {@return candidates, the best first; the first thread before others that are as good}
   *
   * @param unfit threads that are none
   */
  List<Candidate> candidates(Set<Integer> unfit) {
    List<Candidate> candidates = new ArrayList<>();
    int good = 0;
    for (int tid : tids()) {
      Optional<ThreadState> thread = ThreadState.of(threads, tid);
      if (thread.isPresent() && !unfit.contains(tid) && !hasEnded(thread.get())) {
        Candidate candidate = new Candidate(thread.get(), rank(thread.get()));
        candidates.add(candidate);
        good += candidate.rank() == Rank.WAITS ? 1 : 0;
      }
      if (good == ENOUGH) {
        break;
      }
    }
    candidates.sort(
        Comparator.comparing(Candidate::rank)
            .thenComparing(candidate -> candidate.thread().tid() != pid));
    return candidates;
  }

  private static boolean hasEnded(ThreadState thread) {
    return thread.state() == 'Z' || thread.state() == 'X';
  }

  private int[] tids() {
    return Threads.in(threads);
  }

  /**
   * {@return the best of some candidates, if one can be taken}
   *
   * @param choosy whether no time limit is to begin anew
   * @param late threads that did not stop: they are taken again when no other is left
   */
  static Optional<ThreadState> best(List<Candidate> candidates, boolean choosy, Set<Integer> late) {
    List<ThreadState> usable =
        candidates.stream()
            .filter(candidate -> candidate.rank() != Rank.NEVER)
            .filter(candidate -> !choosy || candidate.rank() != Rank.BEGUN_ANEW)
            .map(Candidate::thread)
            .toList();
    if (usable.stream().allMatch(thread -> late.contains(thread.tid()))) {
      late.clear();
    }
    return usable.stream().filter(thread -> !late.contains(thread.tid())).findFirst();
  }

  static Rank rank(ThreadState thread) {
    if (thread.comm().startsWith(KERNELS) || thread.state() == 'D') {
      return Rank.NEVER;
    }
    if (thread.state() == 'T') {
      return Rank.WAITS; // stopped already: what its call is to return is decided
    }
    if (thread.call() < 0) {
      return Rank.RUNS;
    }
    int call = (int) thread.call();
    if (isAllOrNothing(thread) || submitsAndWaits(thread)) {
      return Rank.NEVER;
    }
    if (Calls.GO_ON.contains(call)) {
      return hasRelativeTime(thread) ? Rank.WAITS_BY_RESTART : Rank.WAITS;
    }
    if (Calls.GO_ON_BY_RESTARTING.contains(call)) {
      return Rank.WAITS_BY_RESTART;
    }
    Integer limit = Calls.ENDED_BY_ANY_STOP_BUT_FOR_EVER.get(call);
    if (limit == null) {
      return Rank.NEVER;
    }
    return limit < 0 || isForEver(thread, limit) ? Rank.BEGUN_AGAIN : Rank.BEGUN_ANEW;
  }

  /** A receiving call that is to fill its buffer ends short when stopped. */
  private static boolean isAllOrNothing(ThreadState thread) {
    long flags =
        switch ((int) thread.call()) {
          case Calls.RECVFROM -> thread.arguments().get(3);
          case Calls.RECVMSG -> thread.arguments().get(2);
          default -> 0;
        };
    return (flags & MSG_WAITALL) != 0;
  }

  /** io_uring_enter that has submitted something ends with what that was, and waits no more. */
  private static boolean submitsAndWaits(ThreadState thread) {
    return thread.call() == Calls.IO_URING_ENTER && (int) (long) thread.arguments().get(1) != 0;
  }

  private static boolean hasRelativeTime(ThreadState thread) {
    return switch ((int) thread.call()) {
      case Calls.FUTEX -> thread.arguments().get(TIME_OF_FUTEX) != 0;
      case Calls.CLOCK_NANOSLEEP ->
          (thread.arguments().get(FLAGS_OF_CLOCK_NANOSLEEP) & TIMER_ABSTIME) == 0;
      default -> false;
    };
  }

  /** A pointer to no limit, or a limit of -1 milliseconds. */
  private static boolean isForEver(ThreadState thread, int argument) {
    long limit = thread.arguments().get(argument);
    return limit == 0 || (int) limit == -1;
  }
}
