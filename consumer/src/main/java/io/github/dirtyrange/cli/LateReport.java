package io.github.dirtyrange.cli;

import io.github.dirtyrange.kernel.MemoryGoneException;
import io.github.dirtyrange.live.result.LiveRound;
import io.github.dirtyrange.live.result.LiveTarget;
import io.github.dirtyrange.live.result.RoundStacks;
import io.github.dirtyrange.report.live.LiveReport;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A report that is made when there is something to tell: before, nobody knows whether a process can
 * be tracked at all. Once it cannot be written, it is told no more.
 */
final class LateReport implements LiveReport {

  private final Supplier<LiveReport> making;
  private final Consumer<IOException> failed;
  private @Nullable LiveReport made;
  private boolean over;

  /**
   * Makes a report later.
   *
   * @param making makes it
   * @param failed is told why it could not be written, once at most
   */
  LateReport(Supplier<LiveReport> making, Consumer<IOException> failed) {
    this.making = making;
    this.failed = failed;
  }

  private void tell(Consumer<LiveReport> something) {
    if (over) {
      return;
    }
    try {
      LiveReport report = made == null ? making.get() : made;
      made = report;
      something.accept(report);
    } catch (UncheckedIOException e) {
      over = true;
      failed.accept(e.getCause());
    }
  }

  @Override
  public void tracked(LiveTarget target, boolean executed) {
    tell(report -> report.tracked(target, executed));
  }

  @Override
  public void startedBefore(long nanos) {
    tell(report -> report.startedBefore(nanos));
  }

  @Override
  public void forked(int parentPid, int pid, long nanos) {
    tell(report -> report.forked(parentPid, pid, nanos));
  }

  @Override
  public void round(LiveTarget target, LiveRound round) {
    tell(report -> report.round(target, round));
  }

  @Override
  public void explained(LiveTarget target, String why) {
    tell(report -> report.explained(target, why));
  }

  @Override
  public void stacks(LiveTarget target, LiveRound round, RoundStacks stacks) {
    tell(report -> report.stacks(target, round, stacks));
  }

  @Override
  public void ended(LiveTarget target, MemoryGoneException.Reason reason) {
    tell(report -> report.ended(target, reason));
  }

  @Override
  public void notTracked(int pid, String name, String why) {
    tell(report -> report.notTracked(pid, name, why));
  }

  @Override
  public void finished() {
    tell(LiveReport::finished);
  }
}
