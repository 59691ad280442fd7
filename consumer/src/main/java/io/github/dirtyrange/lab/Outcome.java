package io.github.dirtyrange.lab;

import io.github.dirtyrange.track.Round;

/**
 * What came of one sub-round.
 *
 * @param round how the strategy's answer was found
 * @param writeNanos time of one write in the workload
 * @param pagesReported pages in the answer that was timed
 * @param missed pages written that were never reported
 * @param extra pages reported that were not written
 * @param copiedBytes bytes of changed pages that were copied and compared
 * @param copyMismatches pages whose copy was not what the workload wrote
 * @param memoryBytes memory of the strategy's buffers and queues after it
 */
record Outcome(
    Round round,
    double writeNanos,
    long pagesReported,
    long missed,
    long extra,
    long copiedBytes,
    long copyMismatches,
    long memoryBytes) {}
