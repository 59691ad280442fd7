package io.github.dirtyrange.kernel.sim.mm.pgtable;

/**
 * What a page table keeps beside its entries: a superset of what they hold of the bits that arming
 * looks for, so that a scan can pass a table by in which there is nothing to find.
 */
final class Summary {

  /** Some entry may be writable or soft-dirty. */
  static final long SOME_ARMABLE = Pte.WRITE | Pte.SOFT_DIRTY;

  /** Some entry may be without userfaultfd's protection. */
  static final long SOME_UNPROTECTED = Pte.UFFD_WP;

  /** In every summary. */
  static final long ANY = 1L << 63;

  /** The summary of a table of empty entries. */
  static final long OF_EMPTY = ANY | SOME_UNPROTECTED;

  private Summary() {}

  /** {@return a summary to which the entries {@code [from, to)} of a table are added} */
  static long add(long summary, long[] entries, int from, int to) {
    long all = summary;
    for (int i = from; i < to; i++) {
      all |= of(entries[i]);
    }
    return all;
  }

  /** {@return what one entry adds to a summary} */
  static long of(long entry) {
    long unprotected = Pte.isPresent(entry) ? ~entry : ~entry << 8;
    return (entry & SOME_ARMABLE) | (unprotected & SOME_UNPROTECTED);
  }
}
