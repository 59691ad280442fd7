package io.github.dirtyrange.kernel;

import java.util.List;

/**
 * What a change queue is opened for.
 *
 * <p>Categories that nobody asked for are left to the kernel: it gives what costs it nothing more,
 * and {@link ChangeQueue#categories} says what that is. Those that are asked for are given, or the
 * queue is refused with EOPNOTSUPP.
 *
 * @param ranges where changes matter; what is mapped there later belongs to the queue as well
 * @param maxBytes memory that the queue may take in all, at least a page
 * @param changed the categories whose transitions are asked for, or {@link #UNASKED}; GONE, COARSE
 *     and HOT are told always, and may be among them
 * @param now the categories to be told of each changed page's present state, or {@link #UNASKED}
 * @param chainDepth how many calls deep {@link ChangeQueue#stacks} is to tell who made changes, on
 *     a kernel that can; 0 if it need not, which costs the process less
 */
public record ChangeQueueOptions(
    TrackedRanges ranges, long maxBytes, long changed, long now, int chainDepth) {

  /** Leaves the categories to the kernel. */
  public static final long UNASKED = 0;

  private static final long ALWAYS = Categories.GONE | Categories.COARSE | Categories.HOT;

  /** Checks the numbers. */
  public ChangeQueueOptions {
    if (maxBytes < Pages.SIZE) {
      throw new IllegalArgumentException("maxBytes is " + maxBytes + ", less than one page");
    }
    if (chainDepth < 0) {
      throw new IllegalArgumentException("chainDepth is " + chainDepth + ", less than 0");
    }
    if (changed != UNASKED && (changed & ~ALWAYS) == 0) {
      throw new IllegalArgumentException(
          Categories.toString(changed) + " alone: that is told always; ask for a category besides");
    }
    changed &= ~ALWAYS;
    requireCategories(changed);
    requireCategories(now);
  }

  private static void requireCategories(long mask) {
    if ((mask & ~Categories.ALL) != 0) {
      throw new IllegalArgumentException(
          Categories.toString(mask & ~Categories.ALL) + " is no category that can be asked for");
    }
  }

  /** Asks for no call chains. */
  public ChangeQueueOptions(TrackedRanges ranges, long maxBytes, long changed, long now) {
    this(ranges, maxBytes, changed, now, 0);
  }

  /** Asks for no categories in particular. */
  public ChangeQueueOptions(TrackedRanges ranges, long maxBytes) {
    this(ranges, maxBytes, UNASKED, UNASKED);
  }

  /** Asks for no categories in particular, in a list of ranges, ascending and disjoint. */
  public ChangeQueueOptions(List<PageRange> ranges, long maxBytes) {
    this(TrackedRanges.of(ranges), maxBytes);
  }

  /** {@return the same, but asking for these transitions} */
  public ChangeQueueOptions withChanged(long categories) {
    return new ChangeQueueOptions(ranges, maxBytes, categories, now, chainDepth);
  }

  /** {@return the same, but asking for this of the present state} */
  public ChangeQueueOptions withNow(long categories) {
    return new ChangeQueueOptions(ranges, maxBytes, changed, categories, chainDepth);
  }

  /** {@return the same, but asking for call chains so many calls deep} */
  public ChangeQueueOptions withChains(int depth) {
    return new ChangeQueueOptions(ranges, maxBytes, changed, now, depth);
  }
}
