package io.github.dirtyrange.live;

import io.github.dirtyrange.kernel.Kernel;
import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.kernel.MemoryGoneException;
import io.github.dirtyrange.kernel.MemoryGoneException.Reason;
import io.github.dirtyrange.live.result.LiveEvents;
import java.util.ArrayList;
import java.util.List;

/**
 * A process followed through the programs that it executes: each is armed as a new target, and all
 * that was told of the one before is gone.
 *
 * <p>Not safe for use by several threads. Closing it disarms the process.
 */
public final class LiveSession implements AutoCloseable {

  /** A shell may execute a few programs one after the other. */
  private static final int MOST_PROGRAMS_AT_ONCE = 8;

  private final Kernel kernel;
  private final LiveOptions options;
  private final LiveEvents events;
  private final List<LiveTracker> trackers = new ArrayList<>();
  private State state = State.TRACKED;

  /** How it stands with a process. */
  public enum State {
    /** It is tracked. */
    TRACKED,
    /** It has ended. */
    ENDED,
    /** It executed a program that cannot be tracked. */
    NOT_TRACKABLE
  }

  private LiveSession(Kernel kernel, LiveOptions options, LiveEvents events) {
    this.kernel = kernel;
    this.options = options;
    this.events = events;
  }

  /**
   * Begins to track a process.
   *
   * @throws CannotTrackException if it is there and cannot be tracked
   * @throws NothingThereException if nothing is mapped where changes are to be looked for
   * @throws KernelException as {@link LiveTracker#open}
   */
  public static LiveSession open(Kernel kernel, int pid, LiveOptions options, LiveEvents events) {
    LiveSession session = new LiveSession(kernel, options, events);
    try {
      session.begin(session.openFirst(pid, LiveTracker::open));
    } catch (MemoryGoneException e) {
      if (e.reason() == Reason.KERNEL_THREAD || e.reason() == Reason.ZOMBIE) {
        throw new CannotTrackException(String.valueOf(e.getMessage()));
      }
      throw e;
    }
    return session;
  }

  /**
   * Begins to track a process that has just begun, and in which what is to be tracked may be mapped
   * later.
   *
   * @throws CannotTrackException if it is there and cannot be tracked
   * @throws MemoryGoneException if it has ended
   * @throws KernelException as {@link LiveTracker#open}
   */
  public static LiveSession openNew(
      Kernel kernel, int pid, LiveOptions options, LiveEvents events) {
    LiveSession session = new LiveSession(kernel, options, events);
    session.begin(session.openFirst(pid, LiveTracker::openAnew));
    return session;
  }

  /** A way to open a tracker. */
  @FunctionalInterface
  private interface Way {
    LiveTracker open(Kernel kernel, int pid, LiveOptions options);
  }

  private LiveTracker openFirst(int pid, Way way) {
    for (int attempt = 1; ; attempt++) {
      try {
        return way.open(kernel, pid, options);
      } catch (MemoryGoneException e) {
        if (e.reason() != Reason.EXEC || attempt == MOST_PROGRAMS_AT_ONCE) {
          throw e;
        }
      }
    }
  }

  private void begin(LiveTracker tracker) {
    trackers.add(tracker);
    events.tracked(tracker.target(), false);
  }

  /** Lets every process have its round. */
  public void round() {
    for (LiveTracker tracker : List.copyOf(trackers)) {
      try {
        events.round(tracker.target(), tracker.round());
      } catch (MemoryGoneException e) {
        gone(tracker, e.reason());
      }
    }
  }

  /** Takes note of processes that have ended or execute another program, between two rounds. */
  public void look() {
    for (LiveTracker tracker : List.copyOf(trackers)) {
      try {
        tracker.requireAlive();
      } catch (MemoryGoneException e) {
        gone(tracker, e.reason());
      }
    }
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
    state = State.ENDED;
    events.ended(tracker.target(), reason);
  }

  /** The new program is a new target. */
  private void openAnew(LiveTracker old) {
    for (int attempt = 1; ; attempt++) {
      try {
        LiveTracker tracker = LiveTracker.openAnew(kernel, old.pid(), options);
        trackers.add(tracker);
        events.tracked(tracker.target(), true);
        return;
      } catch (MemoryGoneException e) {
        if (e.reason() != Reason.EXEC || attempt == MOST_PROGRAMS_AT_ONCE) {
          ended(old, e.reason());
          return;
        }
      } catch (KernelException | CannotTrackException e) {
        state = State.NOT_TRACKABLE;
        String name = kernel.threadName(old.pid(), old.pid());
        events.notTracked(old.pid(), name, String.valueOf(e.getMessage()));
        return;
      }
    }
  }

  /** {@return whether there is nothing left to track} */
  public boolean isOver() {
    return trackers.isEmpty();
  }

  /** {@return how it stands with the process that the session began with} */
  public State state() {
    return state;
  }

  @Override
  public void close() {
    trackers.forEach(LiveTracker::close);
    trackers.clear();
  }
}
