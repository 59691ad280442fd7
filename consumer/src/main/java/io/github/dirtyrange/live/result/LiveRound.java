package io.github.dirtyrange.live.result;

import io.github.dirtyrange.kernel.CauseCounts;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A round of tracking a live process. Times are in nanoseconds of the kernel's clock.
 *
 * @param round its number, from 1 on
 * @param elapsedNanos from the moment at which all was armed until the end of this round
 * @param changedPages pages whose content changed since the round before, each once
 * @param runs ranges that they lie in
 * @param inspected pages whose state was looked at
 * @param method how they were found
 * @param roundNanos what the round took: listing and arming what is new, finding, arming again
 * @param stoppedNanos how long a thread of the process was stopped for it
 * @param trackerCpuNanos CPU time of the tracker since the round before, all of its threads
 * @param missed what the queue alone would have missed; null where nobody looked
 * @param regions what changed, and what holds now
 * @param mappings the mappings in which pages changed, those with the most first
 * @param threads whose changes the queue was told of, the busiest first; empty where nobody knows
 * @param causes by what pages were changed, where the kernel's functions are recorded; a page may
 *     have several causes
 * @param gone what was unmapped or moved away since the round before
 * @param added what was mapped since the round before; what is there counts as changed
 * @param notTracked memory of which not every change is seen
 * @param writable the mappings that may be written, as of now
 */
public record LiveRound(
    long round,
    long elapsedNanos,
    long changedPages,
    long runs,
    long inspected,
    RoundMethod method,
    long roundNanos,
    long stoppedNanos,
    long trackerCpuNanos,
    @Nullable MissedPages missed,
    ChangedRegions regions,
    List<MappingShare> mappings,
    List<ThreadShare> threads,
    CauseCounts causes,
    List<MappedPart> gone,
    List<MappedPart> added,
    List<NotTracked> notTracked,
    List<MappedPart> writable) {

  /** Copies the lists. */
  public LiveRound {
    mappings = List.copyOf(mappings);
    threads = List.copyOf(threads);
    gone = List.copyOf(gone);
    added = List.copyOf(added);
    notTracked = List.copyOf(notTracked);
    writable = List.copyOf(writable);
  }
}
