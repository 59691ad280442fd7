package io.github.dirtyrange.kernel;

import java.util.List;

/**
 * What a change queue is opened for.
 *
 * @param ranges where changes matter; what is mapped there later belongs to the queue as well
 * @param maxBytes memory that the queue may take in all, at least a page
 * @param categories the categories whose transitions are queued; GONE and COARSE always are
 */
public record ChangeQueueOptions(TrackedRanges ranges, long maxBytes, long categories) {

  /** Checks the numbers. */
  public ChangeQueueOptions {
    if (maxBytes < Pages.SIZE) {
      throw new IllegalArgumentException("maxBytes is " + maxBytes + ", less than one page");
    }
    if (categories == 0 || (categories & ~Categories.ALL) != 0) {
      throw new IllegalArgumentException("cannot queue " + Categories.toString(categories));
    }
  }

  /** Asks for the transitions of every category. */
  public ChangeQueueOptions(TrackedRanges ranges, long maxBytes) {
    this(ranges, maxBytes, Categories.ALL);
  }

  /** Asks for the transitions of every category in a list of ranges, ascending and disjoint. */
  public ChangeQueueOptions(List<PageRange> ranges, long maxBytes) {
    this(TrackedRanges.of(ranges), maxBytes);
  }
}
