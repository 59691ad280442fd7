package io.github.dirtyrange.kernel;

import java.util.List;

/**
 * What a change queue is opened for.
 *
 * @param ranges where changes matter, ascending and disjoint
 * @param maxBytes memory that the queue may take in all, at least a page
 * @param categories the categories whose transitions are queued; GONE and COARSE always are
 */
public record ChangeQueueOptions(List<PageRange> ranges, long maxBytes, long categories) {

  /** Copies the list and checks that it is not empty and in order. */
  public ChangeQueueOptions {
    ranges = List.copyOf(ranges);
    if (ranges.isEmpty()) {
      throw new IllegalArgumentException("a change queue needs at least one page range");
    }
    for (int i = 1; i < ranges.size(); i++) {
      if (ranges.get(i).startVpn() < ranges.get(i - 1).endVpn()) {
        throw new IllegalArgumentException("page ranges overlap or are not ascending: " + ranges);
      }
    }
    if (maxBytes < Pages.SIZE) {
      throw new IllegalArgumentException("maxBytes is " + maxBytes + ", less than one page");
    }
    if (categories == 0 || (categories & ~Categories.ALL) != 0) {
      throw new IllegalArgumentException("cannot queue " + Categories.toString(categories));
    }
  }

  /** Asks for the transitions of every category. */
  public ChangeQueueOptions(List<PageRange> ranges, long maxBytes) {
    this(ranges, maxBytes, Categories.ALL);
  }
}
