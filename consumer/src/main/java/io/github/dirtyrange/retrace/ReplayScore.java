package io.github.dirtyrange.retrace;

import io.github.dirtyrange.kernel.MemoryGoneException;
import io.github.dirtyrange.live.result.LiveEvents;
import io.github.dirtyrange.live.result.LiveRound;
import io.github.dirtyrange.live.result.LiveTarget;
import io.github.dirtyrange.live.result.Quantiles;
import io.github.dirtyrange.live.result.RoundMethod;
import io.github.dirtyrange.retrace.result.RetraceScore;
import io.github.dirtyrange.track.ChangedPages;
import io.github.dirtyrange.track.PageSets;
import it.unimi.dsi.fastutil.longs.LongArrayList;

/** Judges the rounds of one strategy by what the trace says was written. */
final class ReplayScore implements LiveEvents {

  private final String name;
  private final LongArrayList inspected = new LongArrayList();
  private final LongArrayList reported = new LongArrayList();
  private final LongArrayList roundNanos = new LongArrayList();
  private final LongArrayList writeNanos = new LongArrayList();
  private String mechanism = "";
  private ChangedPages written = new ChangedPages();
  private long missed;
  private long extra;
  private long writingNanos;
  private long scansByChoice;
  private long scansAfterLoss;

  ReplayScore(String name) {
    this.name = name;
  }

  /** Learns what the next round has to find, and what the writes took. */
  void expect(ChangedPages pages, long nanos) {
    written = pages;
    writingNanos += nanos;
    if (pages.pages() > 0) {
      writeNanos.add(nanos / pages.pages());
    }
  }

  @Override
  public void tracked(LiveTarget target, boolean executed) {
    mechanism = target.mechanism();
  }

  @Override
  public void round(LiveTarget target, LiveRound round) {
    ChangedPages found = TracedRound.changed(round.regions());
    long common = PageSets.common(found, written);
    missed += written.pages() - common;
    extra += found.pages() - common;
    inspected.add(round.inspected());
    reported.add(found.pages());
    roundNanos.add(round.roundNanos());
    scansByChoice += round.method() == RoundMethod.SCAN_BY_CHOICE ? 1 : 0;
    scansAfterLoss += round.method() == RoundMethod.SCAN_AFTER_LOSS ? 1 : 0;
  }

  @Override
  public void ended(LiveTarget target, MemoryGoneException.Reason reason) {
    throw new IllegalStateException("a simulated process does not end by itself");
  }

  @Override
  public void notTracked(int pid, String process, String why) {
    throw new IllegalStateException("process " + pid + " is not tracked: " + why);
  }

  RetraceScore result() {
    return new RetraceScore(
        name,
        mechanism,
        Quantiles.of(inspected),
        Quantiles.of(reported),
        missed,
        extra,
        scansByChoice,
        scansAfterLoss,
        Quantiles.of(roundNanos),
        Quantiles.of(writeNanos),
        writingNanos);
  }
}
