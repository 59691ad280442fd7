package io.github.dirtyrange.workload;

/**
 * What a workload does: how much it maps, and which of it it writes in a round.
 *
 * <p>Pages are numbered by {@code int}. Of more than 2<sup>30</sup> pages it writes the first part
 * of every 2 MiB alone, a half, a quarter and so on.
 *
 * @param mappedPages pages to map and to populate before the first round
 * @param dirtyPages distinct pages to write in every round
 * @param pattern where they lie
 * @param seed from which they are drawn
 */
public record WorkloadPlan(long mappedPages, int dirtyPages, PagePattern pattern, long seed) {

  private static final int MAX_WRITABLE_SHIFT = 30;
  private static final int BLOCK_SHIFT = 9;

  /** Checks the numbers of pages. */
  public WorkloadPlan {
    if (mappedPages < 1 || dirtyPages < 0 || dirtyPages > writablePages(mappedPages)) {
      throw new IllegalArgumentException(dirtyPages + " dirty pages of " + mappedPages);
    }
  }

  /** {@return the share of a page in the time of a round's writes; 0 if there are none} */
  double nanosPerPage(long nanos) {
    return dirtyPages == 0 ? 0 : (double) nanos / dirtyPages;
  }

  /** {@return how many of the mapped pages may be written} */
  public int writablePages() {
    return writablePages(mappedPages);
  }

  private static int writablePages(long mappedPages) {
    return (int) (mappedPages >>> unwritableShift(mappedPages));
  }

  /** {@return a page's place in the mapping, by its number among those that may be written} */
  long pageAt(int number) {
    int shift = BLOCK_SHIFT - unwritableShift(mappedPages);
    return ((long) (number >>> shift) << BLOCK_SHIFT) + (number & ((1 << shift) - 1));
  }

  /** {@return log2 of how many pages are mapped for each that may be written} */
  private static int unwritableShift(long mappedPages) {
    int bits = Long.SIZE - Long.numberOfLeadingZeros(mappedPages - 1);
    return Math.max(0, bits - MAX_WRITABLE_SHIFT);
  }

  /** {@return the pages of a round, by their numbers, in writing order} */
  int[] pagesOfRound(int round) {
    return pattern.pages(writablePages(), dirtyPages, seed, round);
  }
}
