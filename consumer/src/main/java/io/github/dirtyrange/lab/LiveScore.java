package io.github.dirtyrange.lab;

import io.github.dirtyrange.lab.result.LiveStrategyResult;
import io.github.dirtyrange.lab.result.MissCause;
import it.unimi.dsi.fastutil.longs.LongArrayList;
import java.util.EnumMap;
import java.util.Map;

/** What one strategy has done on a live process, beside what any comparison scores. */
final class LiveScore {

  private final Contestant contestant;
  private final LongArrayList stoppedNanos = new LongArrayList();
  private final Map<MissCause, Long> causes = new EnumMap<>(MissCause.class);
  private long missedByScan;
  private long missedByContent;
  private long missedAfterExact;

  LiveScore(Contestant contestant) {
    this.contestant = contestant;
  }

  Contestant contestant() {
    return contestant;
  }

  /** Adds what came of one interval. */
  void add(LiveOutcome outcome) {
    contestant.score().add(outcome.work());
    stoppedNanos.add(outcome.stoppedNanos());
    missedByScan += outcome.missedByScan();
    missedByContent += outcome.missedByContent();
    missedAfterExact += outcome.missedAfterExact();
    outcome.causes().forEach((cause, pages) -> causes.merge(cause, pages, Long::sum));
  }

  /** {@return the score in numbers} */
  LiveStrategyResult result() {
    return new LiveStrategyResult(
        contestant.score().result(contestant),
        Statistics.median(stoppedNanos),
        missedByScan,
        missedByContent,
        missedAfterExact,
        causes);
  }
}
