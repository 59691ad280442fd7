package io.github.dirtyrange.live.result;

import io.github.dirtyrange.kernel.CauseCounts;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the rounds of one process came to.
 *
 * @param rounds how many there were
 * @param elapsedNanos until the end of the last
 * @param changedPages pages changed, by round
 * @param roundNanos what rounds took
 * @param stoppedNanos how long a thread was stopped, arming included in the sum alone
 * @param trackerCpuNanos CPU time of the tracker, by round
 * @param methods how often each method found the pages
 * @param missed what the queue alone would have missed; null where nobody looked
 * @param mappings the mappings in which most pages changed, by name
 * @param threads the threads from which most changes came
 * @param causes by what pages were changed, as far as that is known
 * @param notTracked memory of which not every change was seen, in any round
 */
public record LiveSummary(
    long rounds,
    long elapsedNanos,
    Quantiles changedPages,
    Quantiles roundNanos,
    Quantiles stoppedNanos,
    Quantiles trackerCpuNanos,
    Map<RoundMethod, Long> methods,
    @Nullable MissedPages missed,
    List<MappingShare> mappings,
    List<ThreadShare> threads,
    CauseCounts causes,
    List<NotTracked> notTracked) {}
