package io.github.dirtyrange.lab;

import io.github.dirtyrange.lab.result.MissCause;
import java.util.Map;

/**
 * What came of one interval of a live process and one answer.
 *
 * @param work as in any comparison; nothing is known of single writes, and nothing was copied
 * @param stoppedNanos how long the process stood still for the truths and the answer
 * @param missedByScan missed pages of which the page table says that they were written
 * @param missedByContent missed pages whose bytes differ
 * @param missedAfterExact missed pages that an exact scan did not tell either
 * @param causes how the missed pages had changed
 */
record LiveOutcome(
    Outcome work,
    long stoppedNanos,
    long missedByScan,
    long missedByContent,
    long missedAfterExact,
    Map<MissCause, Long> causes) {}
