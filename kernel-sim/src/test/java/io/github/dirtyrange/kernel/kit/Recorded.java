package io.github.dirtyrange.kernel.kit;

/** What was recorded between two drains, page by page. */
final class Recorded {

  /** The OR of each page's records. */
  final long[] changed;

  /** The pages to which a move brought records. */
  final boolean[] carried;

  /** How many records and moved pages those were. */
  long additions;

  Recorded(int pages) {
    changed = new long[pages];
    carried = new boolean[pages];
  }
}
