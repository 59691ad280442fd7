package io.github.dirtyrange.lab;

import io.github.dirtyrange.track.ChangeTracker;
import io.github.dirtyrange.track.ChangedPages;
import io.github.dirtyrange.track.Round;
import io.github.dirtyrange.workload.Workload;

/** The workload waits while the strategy works, so that its first answer must be right. */
final class BlockedTrial implements Trial {

  private final Workload workload;
  private final Judge judge;
  private final ChangedPages changed = new ChangedPages();

  BlockedTrial(Workload workload, Judge judge) {
    this.workload = workload;
    this.judge = judge;
  }

  @Override
  public Outcome run(Contestant contestant, int subRound) {
    ChangeTracker tracker = contestant.tracker();
    tracker.start();
    // Before the write: the answer must not follow on a talk that the other strategies never had.
    contestant.tellIfPerfect(workload::reveal);
    double writeNanos = workload.write(subRound);
    Round round = tracker.collect(changed);
    tracker.stop();
    Judge.Verdict verdict = judge.judge(changed, workload.reveal(), subRound);
    return verdict.outcome(round, writeNanos, changed.pages(), tracker.memoryBytes());
  }
}
