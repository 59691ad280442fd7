package io.github.dirtyrange.lab;

import io.github.dirtyrange.copy.PageCopier;
import io.github.dirtyrange.kernel.Arming;
import io.github.dirtyrange.kernel.Capability;
import io.github.dirtyrange.kernel.ChangeQueueOptions;
import io.github.dirtyrange.kernel.Errno;
import io.github.dirtyrange.kernel.Kernel;
import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.kernel.TrackedProcess;
import io.github.dirtyrange.kernel.TrackedRanges;
import io.github.dirtyrange.lab.result.ComparisonPlan;
import io.github.dirtyrange.lab.result.ComparisonResult;
import io.github.dirtyrange.track.AdaptiveTracker;
import io.github.dirtyrange.track.ChangeTracker;
import io.github.dirtyrange.track.SharedQueue;
import io.github.dirtyrange.track.Strategy;
import io.github.dirtyrange.workload.Workload;
import io.github.dirtyrange.workload.WorkloadEndedException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * An experiment: strategies find the pages that a workload writes, each round's pages once for each
 * strategy, with only that strategy's mechanism switched on, since re-arming by one would destroy
 * another's evidence. Who goes first rotates from round to round.
 *
 * <p>{@link #run} is for one thread; {@link #soFar} may be called by any.
 */
public final class Comparison implements AutoCloseable {

  private static final int COPY_BUFFER_PAGES = 1024;

  private final Kernel kernel;
  private final ComparisonPlan plan;
  private final Workload workload;
  private final TrackedProcess process;
  private Optional<Arming> arming = Optional.empty();
  private final List<Contestant> contestants = new ArrayList<>();
  private final List<TrackedProcess> designs = new ArrayList<>();
  private final Trial trial;
  private final Object scores = new Object();
  private int roundsDone;
  private int subRound;

  /**
   * Opens a running workload, of the plan's kind, for every strategy of the plan. If one cannot be
   * opened, what was opened by then is closed.
   */
  public Comparison(Testbed testbed, Workload workload, ComparisonPlan plan) {
    this.kernel = testbed.kernel();
    this.workload = workload;
    this.plan = plan;
    this.process = kernel.open(workload.pid());
    this.trial = trial();
    try {
      arming = arm();
      addContestants(testbed);
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  private void addContestants(Testbed testbed) {
    ChangeQueueOptions options = new ChangeQueueOptions(workload.ranges(), plan.queueBytes());
    SharedQueue shared = new SharedQueue(kernel);
    boolean ofDesigns =
        plan.strategies().contains(Strategy.QUEUE) && !plan.queueDesigns().isEmpty();
    for (Strategy strategy : plan.strategies()) {
      if (strategy == Strategy.QUEUE && ofDesigns) {
        plan.queueDesigns().forEach(design -> addQueue(testbed, design, options));
      } else if (strategy == Strategy.ADAPTIVE && ofDesigns) {
        add(
            strategy.label(),
            strategy,
            new TrackerInTurn(AdaptiveTracker.inTurn(kernel, process, options)));
      } else {
        add(strategy.label(), strategy, shared.open(strategy, process, options));
      }
    }
  }

  /** Arms the workload from outside, as a tracker arms a process that is not its own. */
  private Optional<Arming> arm() {
    return kernel.capabilities().has(Capability.WP_ASYNC)
        ? Optional.of(process.arm(TrackedRanges.of(workload.ranges())))
        : Optional.empty();
  }

  private void addQueue(Testbed testbed, String design, ChangeQueueOptions options) {
    TrackedProcess designed = testbed.open(workload.pid(), design);
    designs.add(designed);
    ChangeTracker inTurn = new TrackerInTurn(() -> Strategy.QUEUE.open(kernel, designed, options));
    add(Strategy.QUEUE.label() + ":" + design, Strategy.QUEUE, inTurn);
  }

  private void add(String name, Strategy strategy, ChangeTracker tracker) {
    contestants.add(new Contestant(name, strategy, tracker, new Score()));
  }

  /**
   * Does every round.
   *
   * @throws WorkloadEndedException if the workload ended before
   */
  public ComparisonResult run(Progress progress) {
    try {
      for (int round = 0; round < plan.warmup() + plan.rounds(); round++) {
        progress.round(round, plan.warmup() + plan.rounds());
        workload.beginRound(round);
        count(round, outcomes(round));
      }
    } catch (KernelException e) {
      throw e.errno() == Errno.ESRCH || workload.hasEnded()
          ? new WorkloadEndedException("the workload ended in the middle of a round")
          : e;
    }
    return soFar();
  }

  /** {@return the result of the rounds that are done} */
  public ComparisonResult soFar() {
    synchronized (scores) {
      return new ComparisonResult(
          kernel.name(),
          kernel.release(),
          kernel.capabilities(),
          plan,
          workload.populatedPages(),
          workload.startsInHugePages(),
          roundsDone,
          contestants.stream().map(each -> each.score().result(each)).toList());
    }
  }

  /** {@return the times of the rounds that count and are done, of each strategy in their order} */
  public List<RoundTimes> times() {
    synchronized (scores) {
      return contestants.stream().map(each -> each.score().times(each)).toList();
    }
  }

  /** Closes the trackers; the workload stays as it is. */
  @Override
  public void close() {
    contestants.forEach(contestant -> contestant.tracker().close());
    designs.forEach(TrackedProcess::close);
    arming.ifPresent(Arming::close);
    process.close();
  }

  /** Hears how far a comparison is. */
  @FunctionalInterface
  public interface Progress {

    /** Learns that a round begins, counted from 0, warm-up included. */
    void round(int round, int rounds);
  }

  private Trial trial() {
    Judge judge =
        kernel.capabilities().has(Capability.READ_MEMORY)
            ? new Judge(new PageCopier(process, COPY_BUFFER_PAGES))
            : new Judge(null);
    return switch (plan.state()) {
      case BLOCKED -> new BlockedTrial(workload, judge);
      case BUSY -> new BusyTrial(workload, judge);
    };
  }

  private Outcome[] outcomes(int round) {
    Outcome[] outcomes = new Outcome[contestants.size()];
    for (int turn = 0; turn < outcomes.length; turn++) {
      int who = (round + turn) % outcomes.length;
      subRound++;
      outcomes[who] = trial.run(contestants.get(who), subRound);
    }
    return outcomes;
  }

  private void count(int round, Outcome[] outcomes) {
    if (round < plan.warmup()) {
      return;
    }
    synchronized (scores) {
      for (int i = 0; i < outcomes.length; i++) {
        contestants.get(i).score().add(outcomes[i]);
      }
      roundsDone++;
    }
  }
}
