package io.github.dirtyrange.kernel.kit;

import java.util.Arrays;

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

  /** Adds what was recorded later. */
  void add(Recorded later) {
    for (int page = 0; page < changed.length; page++) {
      changed[page] |= later.changed[page];
      carried[page] |= later.carried[page];
    }
    additions += later.additions;
  }

  /** {@return how many pages have a record} */
  long changedPages() {
    return Arrays.stream(changed).filter(mask -> mask != 0).count();
  }
}
