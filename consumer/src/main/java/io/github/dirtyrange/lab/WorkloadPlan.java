package io.github.dirtyrange.lab;

/**
 * What a workload does: how much it maps, and which of it it writes in a round.
 *
 * @param mappedPages pages to map and to write once before the first round
 * @param dirtyPages distinct pages to write in every round
 * @param pattern where they lie
 * @param seed from which they are drawn
 */
public record WorkloadPlan(int mappedPages, int dirtyPages, PagePattern pattern, long seed) {

  /** Checks the numbers of pages. */
  public WorkloadPlan {
    if (mappedPages < 1 || dirtyPages < 1 || dirtyPages > mappedPages) {
      throw new IllegalArgumentException(dirtyPages + " dirty pages of " + mappedPages);
    }
  }

  /** {@return the pages of a round, counted from the start of the mapping, in writing order} */
  int[] pagesOfRound(int round) {
    return pattern.pages(mappedPages, dirtyPages, seed, round);
  }
}
