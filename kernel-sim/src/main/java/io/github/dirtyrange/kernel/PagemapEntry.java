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

  private PagemapEntry() {}

  /** {@return the page frame number of a present entry} */
  public static long pfn(long entry) {
    return entry & PFN_MASK;
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
