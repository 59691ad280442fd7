package io.github.dirtyrange.lab.result;

import io.github.dirtyrange.track.Strategy;
import java.util.List;

/**
 * What a comparison on a live process does.
 *
 * @param pid the process
 * @param name what it is called, for people
 * @param rounds rounds, at least one; in each, every strategy has one interval and one answer
 * @param intervalNanos how long the process runs between two stops
 * @param strategies who takes part, each once
 * @param queueBytes memory that a change queue may take
 * @param contentPages how many pages are compared byte by byte at a stop, about; a sample is drawn
 *     where there are more
 * @param splitHuge whether huge pages may be split for good, however many there are
 */
public record LivePlan(
    int pid,
    String name,
    int rounds,
    long intervalNanos,
    List<Strategy> strategies,
    long queueBytes,
    long contentPages,
    boolean splitHuge) {

  /** Copies the list and checks the numbers. */
  public LivePlan {
    strategies = List.copyOf(strategies);
    if (rounds < 1 || intervalNanos < 0 || contentPages < 1) {
      throw new IllegalArgumentException(
          rounds + " rounds of " + intervalNanos + " ns, " + contentPages + " pages compared");
    }
    if (strategies.isEmpty()) {
      throw new IllegalArgumentException("a comparison needs a strategy");
    }
  }

  /** {@return whether every page is compared, however many there are} */
  public boolean comparesAll() {
    return contentPages == Long.MAX_VALUE;
  }
}
