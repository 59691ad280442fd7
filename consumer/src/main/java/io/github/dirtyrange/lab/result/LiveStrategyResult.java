package io.github.dirtyrange.lab.result;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;

/**
 * What a strategy did on a live process. A page is missed if either truth says that it changed, and
 * the answer does not have it.
 *
 * @param work its rounds, as in any comparison; nothing is known of single writes, and nothing was
 *     copied
 * @param stoppedNanos how long the process stood still for its answer and the truths, of a round
 * @param missedByScan missed pages of which the page table says that they were written
 * @param missedByContent missed pages whose bytes differ; a page may be in both
 * @param missedAfterExact missed pages that an exact scan at the same stop did not tell either
 * @param causes how the missed pages had changed, each page once
 */
public record LiveStrategyResult(
    StrategyResult work,
    long stoppedNanos,
    long missedByScan,
    long missedByContent,
    long missedAfterExact,
    Map<MissCause, Long> causes) {

  /** Copies the causes, without those of no page. */
  public LiveStrategyResult {
    Map<MissCause, Long> copy = new EnumMap<>(MissCause.class);
    copy.putAll(causes);
    copy.values().removeIf(pages -> pages == 0);
    causes = Collections.unmodifiableMap(copy);
  }
}
