package io.github.dirtyrange.lab;

import io.github.dirtyrange.kernel.Claims;
import io.github.dirtyrange.kernel.Law;
import io.github.dirtyrange.track.ChangeTracker;
import io.github.dirtyrange.track.ChangedPages;
import io.github.dirtyrange.track.PageSets;
import io.github.dirtyrange.track.Round;
import io.github.dirtyrange.workload.Workload;

/**
 * A thread of the workload writes on while the strategy works. Once it has been stopped an exact
 * scan follows, and what both answers reported together is judged: a page written while the first
 * was made may be in either, but must be in one.
 *
 * <p>A strategy that claims completeness (L1) neither always nor after an exact scan loses what is
 * written while it works, so whoever uses it stops the process; so is the thread here, for as long
 * as that strategy's answer takes.
 */
final class BusyTrial implements Trial {

  private final Workload workload;
  private final Judge judge;
  private final ChangedPages first = new ChangedPages();
  private final ChangedPages last = new ChangedPages();

  BusyTrial(Workload workload, Judge judge) {
    this.workload = workload;
    this.judge = judge;
  }

  @Override
  public Outcome run(Contestant contestant, int subRound) {
    ChangeTracker tracker = contestant.tracker();
    tracker.start();
    workload.startBusy(subRound);
    // Before the write: the answer must not follow on a talk that the other strategies never had.
    contestant.tellIfPerfect(workload::reveal);
    double writeNanos = workload.write(subRound);
    ChangedPages writtenBefore = new ChangedPages();
    Round round;
    if (worksOnRunningProcesses(tracker.claims())) {
      round = tracker.collect(first);
    } else {
      writtenBefore = workload.stopBusy();
      round = tracker.collect(first);
      workload.startBusy(subRound);
    }
    ChangedPages writtenBusily = PageSets.union(writtenBefore, workload.stopBusy());
    contestant.tellIfPerfect(() -> writtenBusily);
    tracker.collectExactly(last);
    tracker.stop();
    ChangedPages written = PageSets.union(workload.reveal(), writtenBusily);
    Judge.Verdict verdict = judge.judge(PageSets.union(first, last), written, subRound);
    return verdict.outcome(round, writeNanos, first.pages(), tracker.memoryBytes());
  }

  private static boolean worksOnRunningProcesses(Claims claims) {
    return claims.always().contains(Law.COMPLETE) || claims.afterExactScan().contains(Law.COMPLETE);
  }
}
