package io.github.dirtyrange.lab;

import io.github.dirtyrange.kernel.Kernel;
import io.github.dirtyrange.lab.result.LivePlan;
import io.github.dirtyrange.lab.result.LiveResult;
import io.github.dirtyrange.lab.result.NotTracked;
import io.github.dirtyrange.lab.result.TargetProcess;
import it.unimi.dsi.fastutil.longs.LongArrayList;
import java.util.ArrayList;
import java.util.List;

/**
 * The scores of all strategies on a live process, round by round: a round counts once every
 * strategy has done its turn.
 */
final class LiveScores {

  private final Kernel kernel;
  private final LivePlan plan;
  private final List<LiveScore> scores;
  private final List<LiveOutcome> round = new ArrayList<>();
  private final List<Integer> whoseOutcome = new ArrayList<>();
  private final LongArrayList privatePages = new LongArrayList();
  private final LongArrayList comparedPages = new LongArrayList();
  private List<NotTracked> notTracked = List.of();
  private TargetProcess process;
  private long openingNanos;
  private int roundsDone;

  LiveScores(Kernel kernel, LivePlan plan, List<Contestant> contestants) {
    this.kernel = kernel;
    this.plan = plan;
    scores = contestants.stream().map(LiveScore::new).toList();
    process = new TargetProcess(plan.pid(), plan.name(), 0, 0);
  }

  /** Notes how long the process stood still until the first interval began. */
  void opened(long stoppedNanos) {
    openingNanos = stoppedNanos;
  }

  /** Adds what came of a strategy's turn. */
  void add(int who, LiveOutcome outcome) {
    round.add(outcome);
    whoseOutcome.add(who);
    if (round.size() < scores.size()) {
      return;
    }
    for (int i = 0; i < round.size(); i++) {
      scores.get(whoseOutcome.get(i)).add(round.get(i));
    }
    round.clear();
    whoseOutcome.clear();
    roundsDone++;
  }

  /** Notes what the process was like at a stop. */
  void note(LiveStop stop, List<NotTracked> untracked) {
    privatePages.add(stop.contents().privatePages());
    comparedPages.add(stop.contents().readPages());
    notTracked = untracked;
    process =
        new TargetProcess(
            plan.pid(), plan.name(), stop.page().mapped().pages(), stop.page().present().pages());
  }

  /** {@return the result of the rounds that are done} */
  LiveResult result() {
    return new LiveResult(
        kernel.name(),
        kernel.release(),
        kernel.capabilities(),
        plan,
        process,
        openingNanos,
        Statistics.median(privatePages),
        Statistics.median(comparedPages),
        roundsDone,
        notTracked,
        scores.stream().map(LiveScore::result).toList());
  }
}
