package io.github.dirtyrange.conform.selftest;

import io.github.dirtyrange.kernel.PageRange;
import java.util.List;

/** Joins single pages, told of in order, into ranges. */
final class Runs {

  private static final long NONE = -1;

  private final List<PageRange> target;
  private long start = NONE;

  Runs(List<PageRange> target) {
    this.target = target;
  }

  /** Tells whether the next page is one of those looked for. */
  void add(long page, boolean member) {
    if (!member) {
      end(page);
    } else if (start == NONE) {
      start = page;
    }
  }

  /** Ends the last range before a page. */
  void end(long page) {
    if (start != NONE) {
      target.add(new PageRange(start, page));
      start = NONE;
    }
  }
}
