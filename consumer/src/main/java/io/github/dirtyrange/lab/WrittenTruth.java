package io.github.dirtyrange.lab;

import io.github.dirtyrange.track.ChangedPages;
import io.github.dirtyrange.track.PageSets;

/**
 * What the page table of a process that stands still says of its pages, found by a look that arms
 * nothing: by a way of its own, which shares nothing with the strategy that it judges but the bit.
 */
@FunctionalInterface
interface WrittenTruth {

  /** Looks at the whole process. */
  Look look();

  /**
   * What was seen.
   *
   * @param mapped all pages that are mapped
   * @param tracked of these, the pages of which the bit says something
   * @param written of those, the pages that were written since they were armed
   * @param present the pages in memory, tracked or not
   * @param held the pages in memory, in swap, or with a marker in their entry
   */
  record Look(
      ChangedPages mapped,
      ChangedPages tracked,
      ChangedPages written,
      ChangedPages present,
      ChangedPages held) {

    /** {@return the same, but saying nothing of some pages} */
    Look without(ChangedPages untold) {
      return new Look(
          mapped,
          PageSets.without(tracked, untold),
          PageSets.without(written, untold),
          present,
          held);
    }
  }
}
