package io.github.dirtyrange.lab;

import io.github.dirtyrange.kernel.Errno;
import io.github.dirtyrange.kernel.Frozen;
import io.github.dirtyrange.kernel.Kernel;
import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.lab.result.LivePlan;
import io.github.dirtyrange.lab.result.LiveResult;
import io.github.dirtyrange.track.SharedQueue;
import io.github.dirtyrange.workload.WorkloadEndedException;
import java.util.concurrent.TimeUnit;

/**
 * An experiment: strategies find the pages that a live process changes, which nobody of ours wrote.
 * In turn, each has the process for an interval with only its mechanism on; then the process stands
 * still, what really changed is looked up in two ways, the strategy answers, and the process goes
 * on. Who goes first rotates from round to round.
 *
 * <p>For one thread.
 */
public final class LiveComparison implements AutoCloseable {

  /** How soon the end of a process is noticed. */
  private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private final LivePlan plan;
  private final LiveTarget target;
  private final LiveScores scores;

  /** How time passes. */
  @FunctionalInterface
  public interface Waiting {

    /**
     * Waits for so long, perhaps nothing.
     *
     * @return whether the comparison is to end
     */
    boolean await(long nanos);
  }

  /**
   * Opens a process, arms it where a strategy needs that, and opens every strategy of the plan. If
   * one cannot be opened, what was opened by then is closed.
   *
   * @throws MachineLacksException if the process is of a kind that has no memory to track
   * @throws KernelException as {@link Kernel#open} and {@link
   *     io.github.dirtyrange.kernel.TrackedProcess#arm}
   */
  public LiveComparison(Kernel kernel, LivePlan plan) {
    this(kernel, plan, new SharedQueue(kernel)::open);
  }

  /** Does the same with trackers of one's own. */
  LiveComparison(Kernel kernel, LivePlan plan, LiveTarget.Opening opening) {
    this.plan = plan;
    target = LiveTarget.open(kernel, plan, opening);
    scores = new LiveScores(kernel, plan, target.contestants());
  }

  /**
   * Does every round, or as many as are done before the end is wished for.
   *
   * @param waiting for the intervals
   * @throws WorkloadEndedException if the process ended before, or runs another program
   */
  public LiveResult run(Comparison.Progress progress, Waiting waiting) {
    try {
      takeTurns(progress, waiting);
    } catch (KernelException e) {
      throw e.errno() == Errno.ESRCH
          ? new WorkloadEndedException(String.valueOf(e.getMessage()))
          : e;
    }
    return soFar();
  }

  private void takeTurns(Comparison.Progress progress, Waiting waiting) {
    int strategies = plan.strategies().size();
    int turns = Math.multiplyExact(plan.rounds(), strategies);
    LiveStop before = firstStop();
    for (int turn = 0; turn < turns; turn++) {
      if (turn % strategies == 0) {
        progress.round(turn / strategies, plan.rounds());
      }
      if (!letRun(waiting)) {
        return;
      }
      before = stop(turn, turn + 1 < turns, before);
    }
  }

  /** {@return whose turn it is} */
  private int who(int turn) {
    int strategies = plan.strategies().size();
    return (turn / strategies + turn) % strategies;
  }

  private LiveStop firstStop() {
    try (Frozen frozen = target.freeze()) {
      WrittenTruth.Look page = target.look(who(0));
      LiveStop stop = new LiveStop(page, target.contents(page, target.refresh()));
      target.start(who(0));
      scores.opened(target.armingNanos() + frozen.nanos());
      return stop;
    }
  }

  /** Ends a turn, and begins the next at the same stop. */
  private LiveStop stop(int turn, boolean more, LiveStop before) {
    int who = who(turn);
    LiveStop now;
    LiveAnswer answer;
    long stoppedNanos;
    try (Frozen frozen = target.freeze()) {
      WrittenTruth.Look page = target.look(who);
      answer = target.answer(who, LiveJudge.changed(before.page(), page));
      now = new LiveStop(page, target.contents(page, target.refresh()));
      stoppedNanos = frozen.nanos();
      if (more) {
        target.start(who(turn + 1));
      }
    }
    scores.note(now, target.untracked());
    scores.add(who, LiveJudge.judge(answer, before, now, stoppedNanos));
    return now;
  }

  /** {@return whether the comparison is to go on} */
  private boolean letRun(Waiting waiting) {
    long start = System.nanoTime();
    long rest = plan.intervalNanos();
    do {
      if (waiting.await(Math.min(rest, LOOK_NANOS))) {
        return false;
      }
      target.requireAlive();
      rest = plan.intervalNanos() - (System.nanoTime() - start);
    } while (rest > 0);
    return true;
  }

  /** {@return the result of the rounds that are done} */
  public LiveResult soFar() {
    return scores.result();
  }

  /** Closes the trackers and disarms the process, which goes on as it was. */
  @Override
  public void close() {
    target.close();
  }
}
