package io.github.dirtyrange.report.export;

import io.github.dirtyrange.kernel.MemoryGoneException;
import io.github.dirtyrange.live.result.LiveRound;
import io.github.dirtyrange.live.result.LiveTarget;
import io.github.dirtyrange.live.result.RoundStacks;
import io.github.dirtyrange.report.live.LiveReport;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;

/** Adds rounds up, and writes what they came to at the end. */
abstract sealed class TotalsReport implements LiveReport permits CollapsedStacks, PprofProfile {

  private final OutputStream stream;
  private final DirtyTotals totals = new DirtyTotals();

  TotalsReport(OutputStream stream) {
    this.stream = stream;
  }

  /** Writes what all came to; leaves the stream open. */
  abstract void write(DirtyTotals all, OutputStream file) throws IOException;

  @Override
  public void tracked(LiveTarget target, boolean executed) {
    // Each round says of whom it is.
  }

  @Override
  public void startedBefore(long nanos) {
    // What was written before counts in no round.
  }

  @Override
  public void round(LiveTarget target, LiveRound round) {
    totals.add(target, round);
  }

  @Override
  public void stacks(LiveTarget target, LiveRound round, RoundStacks stacks) {
    totals.add(target, round, stacks);
  }

  @Override
  public void ended(LiveTarget target, MemoryGoneException.Reason reason) {
    // Its pages stay counted.
  }

  @Override
  public void notTracked(int pid, String name, String why) {
    // It has no pages to count; the lines name it.
  }

  @Override
  public void finished() {
    try {
      write(totals, stream);
      stream.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
