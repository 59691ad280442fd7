package io.github.dirtyrange.lab;

import io.github.dirtyrange.kernel.CauseCounts;
import io.github.dirtyrange.kernel.DrainReport.Method;
import io.github.dirtyrange.lab.result.StrategyResult;
import it.unimi.dsi.fastutil.doubles.DoubleArrayList;
import it.unimi.dsi.fastutil.longs.LongArrayList;

/** What one strategy has done in the rounds that count. */
final class Score {

  private final LongArrayList roundNanos = new LongArrayList();
  private final LongArrayList rearmNanos = new LongArrayList();
  private final LongArrayList inspected = new LongArrayList();
  private final LongArrayList reported = new LongArrayList();
  private final DoubleArrayList writeNanos = new DoubleArrayList();
  private CauseCounts causes = CauseCounts.NONE;
  private long missed;
  private long extra;
  private long fallbackRounds;
  private long scannedByChoice;
  private long queueBytes;
  private long copiedBytes;
  private long copyMismatches;

  /** Adds a sub-round. */
  void add(Outcome outcome) {
    roundNanos.add(outcome.round().nanos());
    rearmNanos.add(outcome.round().rearmNanos());
    inspected.add(outcome.round().pagesInspected());
    reported.add(outcome.pagesReported());
    writeNanos.add(outcome.writeNanos());
    causes = causes.plus(outcome.round().causes());
    missed += outcome.missed();
    extra += outcome.extra();
    fallbackRounds += outcome.round().method() == Method.SCAN_AFTER_LOSS ? 1 : 0;
    scannedByChoice += outcome.round().method() == Method.SCAN_BY_CHOICE ? 1 : 0;
    queueBytes = Math.max(queueBytes, outcome.memoryBytes());
    copiedBytes += outcome.copiedBytes();
    copyMismatches += outcome.copyMismatches();
  }

  /** {@return the times of the rounds, one by one} */
  RoundTimes times(Contestant contestant) {
    return new RoundTimes(contestant.name(), roundNanos, writeNanos);
  }

  /** {@return the score in numbers} */
  StrategyResult result(Contestant contestant) {
    return new StrategyResult(
        contestant.name(),
        contestant.strategy(),
        contestant.tracker().mechanism(),
        contestant.tracker().details(),
        contestant.tracker().claims(),
        Statistics.median(inspected),
        Statistics.median(reported),
        missed,
        extra,
        fallbackRounds,
        scannedByChoice,
        Statistics.median(roundNanos),
        Statistics.p99(roundNanos),
        Statistics.median(rearmNanos),
        Statistics.median(writeNanos),
        queueBytes,
        copiedBytes,
        copyMismatches,
        causes);
  }
}
