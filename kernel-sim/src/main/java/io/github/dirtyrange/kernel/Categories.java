package io.github.dirtyrange.kernel;

import java.util.StringJoiner;

/**
 * Bits about a page. The low 32 have the values of PAGEMAP_SCAN's categories (PAGE_IS_*, {@code
 * include/uapi/linux/fs.h}); the rest are a change queue's own.
 */
public final class Categories {

  /** The page's mapping has asynchronous userfaultfd write-protection. Linux 6.7. */
  public static final long WPALLOWED = 1L;

  /** The page was written since it was write-protected. Linux 6.7. */
  public static final long WRITTEN = 1L << 1;

  /** The page is backed by a file or shared memory. Linux 6.7. */
  public static final long FILE = 1L << 2;

  /** The page is in memory. Linux 6.7. */
  public static final long PRESENT = 1L << 3;

  /** The page's entry is neither empty nor present: in swap, or a marker. Linux 6.7. */
  public static final long SWAPPED = 1L << 4;

  /** The page is the shared zero page. Linux 6.7. */
  public static final long PFNZERO = 1L << 5;

  /** The page is mapped by a huge entry. Linux 6.7. */
  public static final long HUGE = 1L << 6;

  /** The page was written since soft-dirty was cleared. Linux 6.8. */
  public static final long SOFT_DIRTY = 1L << 7;

  /** The page is a guard region's. Linux 6.16. */
  public static final long GUARD = 1L << 8;

  /** The page was accessed since it was read-write-protected. Linux 7.3. */
  public static final long ACCESSED = 1L << 9;

  /** Every category of PAGEMAP_SCAN. */
  public static final long ALL = (ACCESSED << 1) - 1;

  /** Some part was unmapped since the last drain, even if it is mapped anew. */
  public static final long GONE = 1L << 32;

  /** The region was widened to stay within a memory budget: a superset, to be re-read. */
  public static final long COARSE = 1L << 33;

  /** The page is held unarmed on purpose, and is in every drain. */
  public static final long HOT = 1L << 34;

  /**
   * The transitions after which an old copy of a page may be stale. Of memory with a file behind it
   * PRESENT is one more: while a page was not in the page table, its file may have changed.
   */
  public static final long CONTENT = WRITTEN | SOFT_DIRTY | GONE | COARSE | HOT;

  private static final String[] NAMES = {
    "WPALLOWED",
    "WRITTEN",
    "FILE",
    "PRESENT",
    "SWAPPED",
    "PFNZERO",
    "HUGE",
    "SOFT_DIRTY",
    "GUARD",
    "ACCESSED"
  };
  private static final String[] OWN_NAMES = {"GONE", "COARSE", "HOT"};

  private Categories() {}

  /** {@return the names of a mask's bits, joined by "|", or "none"} */
  public static String toString(long mask) {
    StringJoiner names = new StringJoiner("|");
    names.setEmptyValue("none");
    for (long rest = mask; rest != 0; rest &= rest - 1) {
      names.add(name(Long.numberOfTrailingZeros(rest)));
    }
    return names.toString();
  }

  private static String name(int bit) {
    if (bit < NAMES.length) {
      return NAMES[bit];
    }
    return bit >= 32 && bit - 32 < OWN_NAMES.length ? OWN_NAMES[bit - 32] : "bit" + bit;
  }
}
