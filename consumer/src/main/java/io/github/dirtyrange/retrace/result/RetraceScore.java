package io.github.dirtyrange.retrace.result;

import io.github.dirtyrange.live.result.Quantiles;

/**
 * What a strategy did on a trace. Times are virtual.
 *
 * @param name its name, and of a queue the design where one was named
 * @param mechanism how it works, in less than a line
 * @param inspected pages whose state was looked at, by round
 * @param reported pages reported as changed, by round
 * @param missed pages written and not reported
 * @param extra pages reported and not written
 * @param scansByChoice rounds in which a queue looked at everything since that was cheaper
 * @param scansAfterLoss rounds in which it did since changes had not been recorded
 * @param roundNanos what rounds took
 * @param writeNanos what the process paid for a write, by round
 * @param writingNanos what it paid for all of them
 */
public record RetraceScore(
    String name,
    String mechanism,
    Quantiles inspected,
    Quantiles reported,
    long missed,
    long extra,
    long scansByChoice,
    long scansAfterLoss,
    Quantiles roundNanos,
    Quantiles writeNanos,
    long writingNanos) {

  /** {@return what all rounds and all writes took: what strategies are to be compared by} */
  public long totalNanos() {
    return roundNanos.sum() + writingNanos;
  }
}
