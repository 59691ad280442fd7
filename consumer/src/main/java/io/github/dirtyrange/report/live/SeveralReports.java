package io.github.dirtyrange.report.live;

import io.github.dirtyrange.kernel.MemoryGoneException;
import io.github.dirtyrange.live.result.LiveRound;
import io.github.dirtyrange.live.result.LiveTarget;
import io.github.dirtyrange.live.result.RoundStacks;
import java.util.List;

/** Several reports of the same processes: each is told everything, in the order of the list. */
public final class SeveralReports implements LiveReport {

  private final List<LiveReport> reports;

  /** Tells each of these. */
  public SeveralReports(List<LiveReport> reports) {
    this.reports = List.copyOf(reports);
  }

  @Override
  public void tracked(LiveTarget target, boolean executed) {
    reports.forEach(report -> report.tracked(target, executed));
  }

  @Override
  public void startedBefore(long nanos) {
    reports.forEach(report -> report.startedBefore(nanos));
  }

  @Override
  public void forked(int parentPid, int pid, long nanos) {
    reports.forEach(report -> report.forked(parentPid, pid, nanos));
  }

  @Override
  public void round(LiveTarget target, LiveRound round) {
    reports.forEach(report -> report.round(target, round));
  }

  @Override
  public void explained(LiveTarget target, String why) {
    reports.forEach(report -> report.explained(target, why));
  }

  @Override
  public void stacks(LiveTarget target, LiveRound round, RoundStacks stacks) {
    reports.forEach(report -> report.stacks(target, round, stacks));
  }

  @Override
  public void ended(LiveTarget target, MemoryGoneException.Reason reason) {
    reports.forEach(report -> report.ended(target, reason));
  }

  @Override
  public void notTracked(int pid, String name, String why) {
    reports.forEach(report -> report.notTracked(pid, name, why));
  }

  @Override
  public void finished() {
    reports.forEach(LiveReport::finished);
  }
}
