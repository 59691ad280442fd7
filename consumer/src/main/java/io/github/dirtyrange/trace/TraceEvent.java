package io.github.dirtyrange.trace;

import io.github.dirtyrange.kernel.MemoryGoneException;
import io.github.dirtyrange.live.result.ChangedRegions;
import io.github.dirtyrange.live.result.MappedPart;
import io.github.dirtyrange.live.result.RoundMethod;
import io.github.dirtyrange.live.result.ThreadShare;
import java.util.List;
import java.util.Optional;

/** What a trace tells, in the order in which it happened. */
public sealed interface TraceEvent {

  /**
   * A process is tracked from now on.
   *
   * @param pid its number
   * @param name its name
   * @param strategy by which strategy
   * @param executed whether it was tracked before and executed this program: all before is gone
   * @param armedPages pages whose changes are seen by the page table
   */
  record Tracked(int pid, String name, String strategy, boolean executed, long armedPages)
      implements TraceEvent {}

  /**
   * A command had run its program for so long when it was armed.
   *
   * @param nanosBefore how long
   */
  record Begun(long nanosBefore) implements TraceEvent {}

  /**
   * Regions that are too many for one block; those of the {@link Round} that follows come behind
   * them.
   *
   * @param pid of which process
   * @param regions ascending
   */
  record RegionsAhead(int pid, ChangedRegions regions) implements TraceEvent {}

  /**
   * A round of one process.
   *
   * @param pid of which process
   * @param number from 1 on
   * @param elapsedNanos from the moment at which all was armed until the end of this round
   * @param method how the changed pages were found
   * @param inspected pages whose state was looked at
   * @param roundNanos what the round took
   * @param regions what changed, and what holds now; what is left after {@link RegionsAhead}
   * @param threads whose changes they were, as far as is known
   * @param gone what was unmapped or moved away
   * @param added what was mapped
   * @param writable the mappings that may be written, as of now; empty where they are those of the
   *     round before
   */
  record Round(
      int pid,
      long number,
      long elapsedNanos,
      RoundMethod method,
      long inspected,
      long roundNanos,
      ChangedRegions regions,
      List<ThreadShare> threads,
      List<MappedPart> gone,
      List<MappedPart> added,
      Optional<List<MappedPart>> writable)
      implements TraceEvent {

    /** Copies the lists. */
    public Round {
      threads = List.copyOf(threads);
      gone = List.copyOf(gone);
      added = List.copyOf(added);
      writable = writable.map(List::copyOf);
    }
  }

  /**
   * A process has ended, or its memory has gone for another reason.
   *
   * @param pid its number
   * @param reason why
   */
  record Ended(int pid, MemoryGoneException.Reason reason) implements TraceEvent {}

  /**
   * A process is there, or was, and is not tracked.
   *
   * @param pid its number
   * @param name its name, empty where nobody knows it any more
   * @param why for people
   */
  record NotTracked(int pid, String name, String why) implements TraceEvent {}
}
