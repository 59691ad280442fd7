package io.github.dirtyrange.lab.result;

import io.github.dirtyrange.kernel.CauseCounts;
import io.github.dirtyrange.kernel.Claims;
import io.github.dirtyrange.track.Strategy;

/**
 * What a strategy did in a comparison. Numbers "of a round" are medians, the others sums over the
 * rounds that count.
 *
 * @param name of the strategy in reports: its label, and of a queue the design where one was named
 * @param strategy which one
 * @param mechanism how it works on this kernel, for people, in less than a line
 * @param details what more there is to say of that
 * @param claims the laws it claims
 * @param pagesInspected pages whose state was looked at, of a round
 * @param pagesReported pages reported, of a round
 * @param missed pages written and not reported
 * @param extra pages reported and not written
 * @param fallbackRounds rounds that scanned everything because records had been lost
 * @param scannedByChoice rounds that scanned everything because it was cheaper
 * @param roundP50Nanos finding and re-arming, of a round
 * @param roundP99Nanos what 99 of 100 rounds did not exceed
 * @param rearmP50Nanos the part of a round spent arming again, where it is a step of its own (as
 *     clear_refs is), else 0
 * @param writeNanos time of a first write in the workload, of a round
 * @param queueBytes the most memory that its buffers and queues took
 * @param copiedBytes bytes of changed pages that were copied and compared
 * @param copyMismatches pages whose copy was not what the workload wrote
 * @param causes what changed pages, as far as the kernel knows
 */
public record StrategyResult(
    String name,
    Strategy strategy,
    String mechanism,
    String details,
    Claims claims,
    long pagesInspected,
    long pagesReported,
    long missed,
    long extra,
    long fallbackRounds,
    long scannedByChoice,
    long roundP50Nanos,
    long roundP99Nanos,
    long rearmP50Nanos,
    long writeNanos,
    long queueBytes,
    long copiedBytes,
    long copyMismatches,
    CauseCounts causes) {

  /** {@return whether arming again is a step of its own beside finding the pages} */
  public boolean rearmsApart() {
    return rearmP50Nanos > 0 && rearmP50Nanos < roundP50Nanos;
  }
}
