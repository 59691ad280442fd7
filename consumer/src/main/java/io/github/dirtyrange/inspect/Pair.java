package io.github.dirtyrange.inspect;

import org.jspecify.annotations.Nullable;

/**
 * Neighbouring pages in two memories, alike in each.
 *
 * @param startVpn the first page
 * @param endVpn the page behind the last one
 * @param a those pages in the first memory; null if they are not mapped there
 * @param b the same in the second; one of both is there
 */
record Pair(long startVpn, long endVpn, @Nullable Run a, @Nullable Run b) {

  /** What two memories say of pages that both have mapped. */
  enum Likeness {
    /** The pages are equal, and need not be read to know it. */
    SAME,
    /** The bytes of both are known, and have to be compared. */
    BYTES,
    /** Nobody touched them in the first, and the second has bytes of them. */
    FILLED,
    /** The first has bytes of them, and in the second they hold nothing. */
    EMPTIED,
    /** One of both does not say what is in them. */
    NOT_KNOWN
  }

  /** {@return how pages that are mapped in both are alike} */
  static Likeness likeness(Run a, Run b) {
    if (a.owner() == b.owner() || (a.isNothing() && b.isNothing()) || (a.isZero() && b.isZero())) {
      return Likeness.SAME;
    }
    if (a.hasBytes() && b.hasBytes()) {
      return Likeness.BYTES;
    }
    if (a.isNothing() && b.hasBytes()) {
      return Likeness.FILLED;
    }
    return b.isNothing() && a.hasBytes() ? Likeness.EMPTIED : Likeness.NOT_KNOWN;
  }
}
