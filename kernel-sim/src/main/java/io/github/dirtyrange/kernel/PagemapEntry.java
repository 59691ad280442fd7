package io.github.dirtyrange.kernel;

/**
 * The codec of a {@code /proc/PID/pagemap} entry of today (Linux 4.2 and newer), {@code
 * pte_to_pagemap_entry} in {@code fs/proc/task_mmu.c}. {@link PagemapFormat} has the older eras.
 */
public final class PagemapEntry {

  /** Bits 0–54: the page frame number of a present page; 0 without privilege. */
  public static final long PFN_MASK = (1L << 55) - 1;

  /** Bit 55: soft-dirty. */
  public static final long SOFT_DIRTY = 1L << 55;

  /** Bit 56: mapped by this process alone. Linux 4.2. */
  public static final long EXCLUSIVE = 1L << 56;

  /** Bit 57: write-protected by userfaultfd. Linux 5.13. */
  public static final long UFFD_WP = 1L << 57;

  /** Bit 58: guard region. Linux 6.15. */
  public static final long GUARD = 1L << 58;

  /** Bit 61: page of a file or of shared memory. */
  public static final long FILE = 1L << 61;

  /** Bit 62: in swap, or another entry that is neither empty nor present. */
  public static final long SWAPPED = 1L << 62;

  /** Bit 63: present. */
  public static final long PRESENT = 1L << 63;

  // Of an entry that is in swap or special, the lowest bits have its kind (MAX_SWAPFILES_SHIFT,
  // include/linux/swap.h): the number of the swap device, and from MAX_SWAPFILES on what else an
  // entry can be, a marker as the last.
  private static final long KIND_MASK = 31;
  private static final long FIRST_SPECIAL_KIND = 23;
  private static final long MARKER_KIND = 31;

  private PagemapEntry() {}

  /** {@return the page frame number of a present entry} */
  public static long pfn(long entry) {
    return entry & PFN_MASK;
  }

  /**
   * {@return where in swap a page is, by its device and its place there; 0 if it is in none, as
   * while it is migrated, or where that is hidden, as without privilege}
   */
  public static long swapPlace(long entry) {
    long place = (entry & SWAPPED) == 0 ? 0 : entry & PFN_MASK;
    return (place & KIND_MASK) >= FIRST_SPECIAL_KIND ? 0 : place;
  }

  /**
   * {@return whether there is nothing but a note in place of a page: that it is write-protected
   * once it comes, or must not come} False where the kernel hides it, as without privilege.
   */
  public static boolean isMarker(long entry) {
    return (entry & (PRESENT | SWAPPED)) == SWAPPED && (entry & KIND_MASK) == MARKER_KIND;
  }

  /** {@return the flags as letters in the order PSFGUXD, "-" where one is clear} */
  public static String toString(long entry) {
    String letters = "PSFGUXD";
    long[] bits = {PRESENT, SWAPPED, FILE, GUARD, UFFD_WP, EXCLUSIVE, SOFT_DIRTY};
    StringBuilder text = new StringBuilder(bits.length);
    for (int i = 0; i < bits.length; i++) {
      text.append((entry & bits[i]) != 0 ? letters.charAt(i) : '-');
    }
    return text.toString();
  }
}
