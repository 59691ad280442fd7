package io.github.dirtyrange.kernel.kit;

import io.github.dirtyrange.kernel.ChangeQueueOptions;
import io.github.dirtyrange.kernel.PageRange;
import io.github.dirtyrange.kernel.TrackedRanges;
import io.github.dirtyrange.kernel.sim.track.SimChangeQueue;
import java.util.ArrayList;
import java.util.List;

/**
 * What a program opens a queue for: one range or two, far more than the window, one that ends
 * inside it on both sides, or 300, in the least memory that a queue can have, or in more.
 *
 * @param ranges the ranges
 * @param maxBytes the memory
 */
record Opening(TrackedRanges ranges, long maxBytes) {

  /** Pages tracked on either side of the window. */
  private static final long AROUND = 1L << 19;

  private static final int MANY = 300;
  private static final int MANY_APART = 8;
  private static final int MANY_PAGES = 5;

  /** {@return what a program begins with: one range, the least memory} */
  static Opening first(Window window) {
    return new Opening(one(window), SimChangeQueue.LEAST_BYTES);
  }

  /** {@return what a step opens} By its slot, the ranges; by their number, the memory. */
  static Opening of(Step step, Window window) {
    TrackedRanges ranges =
        switch (step.slot() % 4) {
          case 0 -> one(window);
          case 1 -> two(window);
          case 2 -> inner(window);
          default -> many(window);
        };
    return new Opening(ranges, SimChangeQueue.LEAST_BYTES << (3 * (step.slots() % 3)));
  }

  private static TrackedRanges one(Window window) {
    return TrackedRanges.of(new PageRange(window.base() - AROUND, window.end() + AROUND));
  }

  /** With a gap that begins and ends within huge pages. */
  private static TrackedRanges two(Window window) {
    long gap = window.base() + window.pages() / 3 + 1;
    return one(window).without(List.of(new PageRange(gap, gap + window.pages() / 4)));
  }

  /** What the program does goes over both ends, which lie within huge pages. */
  private static TrackedRanges inner(Window window) {
    long border = window.pages() / 5 + 3L;
    return TrackedRanges.of(new PageRange(window.base() + border, window.end() - border));
  }

  private static TrackedRanges many(Window window) {
    List<PageRange> ranges = new ArrayList<>();
    for (int i = 0; i < MANY; i++) {
      long start = window.base() + 1 + (long) MANY_APART * i;
      ranges.add(new PageRange(start, start + MANY_PAGES));
    }
    return TrackedRanges.of(ranges);
  }

  ChangeQueueOptions options() {
    return new ChangeQueueOptions(ranges, maxBytes);
  }
}
