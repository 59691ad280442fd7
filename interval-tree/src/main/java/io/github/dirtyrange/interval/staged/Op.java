package io.github.dirtyrange.interval.staged;

/**
 * The kinds of operation that a log entry stands for.
 *
 * <p>Those that take away end what later additions may be merged into.
 */
final class Op {

  /** OR a mask into some of the 64 pages of one word. */
  static final int ADD_WORD = 0;

  /** OR a mask into a range of pages. */
  static final int ADD_RANGE = 1;

  /** Take a range of pages out. */
  static final int REMOVE_RANGE = 2;

  /** Clear the bits of a mask on a range of pages. */
  static final int CLEAR_RANGE = 3;

  /** OR a mask other than the segment's into one page; in segments only. */
  static final int PAGE = 4;

  private Op() {}
}
