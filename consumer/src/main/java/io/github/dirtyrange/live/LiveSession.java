package io.github.dirtyrange.live;

import io.github.dirtyrange.kernel.Errno;
import io.github.dirtyrange.kernel.Kernel;
import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.kernel.MemoryGoneException;
import io.github.dirtyrange.kernel.MemoryGoneException.Reason;
import io.github.dirtyrange.live.result.LiveEvents;
import io.github.dirtyrange.live.result.LiveRound;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A process followed through the programs that it executes: each is armed as a new target, and all
 * that was told of the one before is gone. Where that is asked for, the processes that it starts
 * are tracked as well, and those that they start. An error of theirs ends their own tracking alone.
 *
 * <p>Not safe for use by several threads. Closing it disarms the process.
 */
public final class LiveSession implements AutoCloseable {

  /** A shell may execute a few programs one after the other. */
  private static final int MOST_PROGRAMS_AT_ONCE = 8;

  /** For so long children are armed, one after the other, before others have their turn again. */
  private static final long ARMING_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

  private final Kernel kernel;
  private final int root;
  private final LiveOptions options;
  private final LiveEvents events;
  private final @Nullable Family family;
  private final List<LiveTracker> trackers = new ArrayList<>();
  private State state = State.TRACKED;
  private String rootName = "";
  private String toldLimits = "";

  /** How it stands with a process. */
  public enum State {
    /** It is tracked. */
    TRACKED,
    /** It has ended. */
    ENDED,
    /** It executed a program that cannot be tracked. */
    NOT_TRACKABLE
  }

  private LiveSession(Kernel kernel, int root, LiveOptions options, LiveEvents events) {
    this.kernel = kernel;
    this.root = root;
    this.options = options;
    this.events = events;
    family = options.follow() ? Family.of(kernel, root, events) : null;
  }

  /**
   * Begins to track a process.
   *
   * @throws CannotTrackException if it is there and cannot be tracked
   * @throws NothingThereException if nothing is mapped where changes are to be looked for
   * @throws KernelException as {@link LiveTracker#open}
   */
  public static LiveSession open(Kernel kernel, int pid, LiveOptions options, LiveEvents events) {
    LiveSession session = new LiveSession(kernel, pid, options, events);
    try {
      session.begin(LiveTracker::open);
      return session;
    } catch (MemoryGoneException e) {
      if (e.reason() == Reason.KERNEL_THREAD || e.reason() == Reason.ZOMBIE) {
        throw new CannotTrackException(String.valueOf(e.getMessage()));
      }
      throw e;
    }
  }

  /**
   * Prepares to track a process that is there and has not begun its program yet: whom it starts is
   * noticed from now on.
   */
  public static LiveSession awaiting(
      Kernel kernel, int pid, LiveOptions options, LiveEvents events) {
    return new LiveSession(kernel, pid, options, events);
  }

  /**
   * Begins to track a process that was awaited and has begun its program now. What is to be tracked
   * in it may be mapped later.
   *
   * @throws CannotTrackException if it is there and cannot be tracked
   * @throws MemoryGoneException if it has ended
   * @throws KernelException as {@link LiveTracker#open}
   */
  public void begin() {
    begin(LiveTracker::openAnew);
  }

  /** A way to open a tracker. */
  @FunctionalInterface
  private interface Way {
    LiveTracker open(Kernel kernel, int pid, LiveOptions options);
  }

  private LiveTracker openFirst(Way way) {
    for (int attempt = 1; ; attempt++) {
      try {
        return way.open(kernel, root, options);
      } catch (MemoryGoneException e) {
        if (e.reason() != Reason.EXEC || attempt == MOST_PROGRAMS_AT_ONCE) {
          throw e;
        }
      }
    }
  }

  /** Forks are watched from before the arming on, so that none slips through. */
  private void begin(Way way) {
    try {
      LiveTracker tracker = openFirst(way);
      trackers.add(tracker);
      events.tracked(tracker.target(), false);
      rootName = tracker.target().name();
      tellLimits();
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  /** Says which forks are not noticed, as soon as that is so, and once. */
  private void tellLimits() {
    if (family != null && !family.limits().equals(toldLimits)) {
      toldLimits = family.limits();
      events.notTracked(root, rootName, toldLimits);
    }
  }

  /**
   * Lets every process have its round.
   *
   * @throws KernelException if the process that the session began with cannot be looked at any more
   */
  public void round() {
    round(() -> false);
  }

  /**
   * Does the same, and leaves out the rest as soon as the end is wished for.
   *
   * @param ending whether it is; asked before each process
   * @throws KernelException as {@link #round()}
   */
  public void round(BooleanSupplier ending) {
    armGrown(ending);
    forEach(
        ending,
        tracker -> {
          LiveRound round = tracker.round();
          events.round(tracker.target(), round);
          explain(tracker);
          tellStacks(tracker, round);
        });
  }

  private void explain(LiveTracker tracker) {
    String why = tracker.explanation();
    if (!why.isEmpty()) {
      events.explained(tracker.target(), why);
    }
  }

  private void tellStacks(LiveTracker tracker, LiveRound round) {
    if (options.stacks()) {
      events.stacks(tracker.target(), round, tracker.stacks());
    }
  }

  /**
   * Takes note of processes that have ended or execute another program, between two rounds.
   *
   * @throws KernelException as {@link #round()}
   */
  public void look() {
    look(() -> false);
  }

  /**
   * Does the same, and leaves out the rest as soon as the end is wished for.
   *
   * @param ending whether it is; asked before each process
   * @throws KernelException as {@link #round()}
   */
  public void look(BooleanSupplier ending) {
    armGrown(ending);
    forEach(ending, LiveTracker::requireAlive);
  }

  private void forEach(BooleanSupplier ending, Consumer<LiveTracker> step) {
    for (LiveTracker tracker : List.copyOf(trackers)) {
      if (ending.getAsBoolean()) {
        return;
      }
      try {
        step.accept(tracker);
      } catch (MemoryGoneException e) {
        gone(tracker, e.reason());
      } catch (KernelException e) {
        failed(tracker, e);
      }
    }
  }

  /** That a child can be tracked no more is no reason to leave the others. */
  private void failed(LiveTracker tracker, KernelException why) {
    if (tracker.pid() == root) {
      throw why;
    }
    trackers.remove(tracker);
    events.notTracked(
        tracker.pid(), tracker.target().name(), why.getMessage() + errorOfClosing(tracker));
    if (family != null) {
      family.untracked(tracker.pid());
    }
  }

  /** {@return what is to be added for people if a process could not be disarmed} */
  private static String errorOfClosing(LiveTracker tracker) {
    try {
      tracker.close();
      return "";
    } catch (KernelException e) {
      return "; disarming it: " + e.getMessage();
    }
  }

  /** Whoever is tracked waits meanwhile: not for long, and for one that does not stop at most. */
  private void armGrown(BooleanSupplier ending) {
    if (family == null) {
      return;
    }
    family.noteForks();
    tellLimits();
    long start = kernel.nanoTime();
    boolean goesOn = true;
    while (goesOn && !ending.getAsBoolean() && kernel.nanoTime() - start < ARMING_NANOS) {
      Family.Child child = family.takeGrown();
      goesOn = child != null && arm(family, child);
    }
  }

  /** {@return whether it did not take all the time there is, since it does not stop} */
  private boolean arm(Family family, Family.Child child) {
    if (trackers.stream().anyMatch(tracker -> tracker.pid() == child.pid())) {
      return true;
    }
    try {
      track(child.pid(), child.executed());
      return true;
    } catch (KernelException | CannotTrackException e) {
      return refused(family, child, e);
    }
  }

  private void track(int pid, boolean executed) {
    LiveTracker tracker = openAgain(pid, pid == root ? options : options.ofAChild());
    trackers.add(tracker);
    events.tracked(tracker.target(), executed);
  }

  /** {@return whether the child does not hold up others} It is tried again if it does. */
  private boolean refused(Family family, Family.Child child, RuntimeException why) {
    Errno errno = why instanceof KernelException refusal ? refusal.errno() : Errno.OTHER;
    if (errno == Errno.EBUSY && family.tryAgain(child)) {
      return false;
    }
    boolean ended = errno == Errno.ESRCH;
    events.notTracked(
        child.pid(),
        child.name(),
        ended ? "ended before it was armed" : String.valueOf(why.getMessage()));
    family.untracked(child.pid());
    return errno != Errno.EBUSY;
  }

  private void gone(LiveTracker tracker, Reason reason) {
    trackers.remove(tracker);
    tracker.close();
    if (reason == Reason.EXEC) {
      openAnew(tracker);
    } else {
      ended(tracker, reason);
    }
  }

  private void ended(LiveTracker tracker, Reason reason) {
    state = tracker.pid() == root ? State.ENDED : state;
    if (family != null) {
      family.untracked(tracker.pid());
    }
    events.ended(tracker.target(), reason);
  }

  /** The new program is a new target. */
  private void openAnew(LiveTracker old) {
    int pid = old.pid();
    try {
      track(pid, true);
    } catch (MemoryGoneException e) {
      ended(old, e.reason());
    } catch (KernelException | CannotTrackException e) {
      String name = kernel.threadName(pid, pid);
      if (pid != root && family != null) {
        refused(family, family.executed(pid, name), e);
      } else {
        state = State.NOT_TRACKABLE;
        events.notTracked(pid, name, String.valueOf(e.getMessage()));
      }
    }
  }

  private LiveTracker openAgain(int pid, LiveOptions how) {
    for (int attempt = 1; ; attempt++) {
      try {
        return LiveTracker.openAnew(kernel, pid, how);
      } catch (MemoryGoneException e) {
        if (e.reason() != Reason.EXEC || attempt == MOST_PROGRAMS_AT_ONCE) {
          throw e;
        }
      }
    }
  }

  /** Names whom there was no time to arm: nobody will from now on. */
  public void nameUnarmed() {
    if (family == null) {
      return;
    }
    family.noteForks();
    tellLimits();
    for (Family.Child child : family.takeAll()) {
      events.notTracked(child.pid(), child.name(), "the end came before it was armed");
    }
  }

  /** {@return whether there is nothing left to track} */
  public boolean isOver() {
    return trackers.isEmpty() && (family == null || family.isGrown());
  }

  /** {@return how it stands with the process that the session began with} */
  public State state() {
    return state;
  }

  /** {@inheritDoc} Any thread may, while that of the rounds waits elsewhere. */
  @Override
  public synchronized void close() {
    try {
      closeTrackers();
    } finally {
      if (family != null) {
        family.close();
      }
    }
  }

  /** All of them, even where one cannot be disarmed. */
  private void closeTrackers() {
    List<KernelException> errors = new ArrayList<>();
    for (LiveTracker tracker : trackers) {
      try {
        tracker.close();
      } catch (KernelException e) {
        errors.add(e);
      }
    }
    trackers.clear();
    if (!errors.isEmpty()) {
      throw errors.get(0);
    }
  }
}
