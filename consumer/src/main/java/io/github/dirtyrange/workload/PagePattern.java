package io.github.dirtyrange.workload;

import java.util.BitSet;
import java.util.Locale;
import java.util.SplittableRandom;

/** Where in a mapping a workload writes: how the pages of one round are chosen. */
public enum PagePattern {
  /** Pages scattered evenly, written in random order. */
  UNIFORM {
    @Override
    void choose(int[] pages, int mappedPages, long seed, int round) {
      Permutation order = new Permutation(mappedPages, roundSeed(seed, round));
      for (int i = 0; i < pages.length; i++) {
        pages[i] = order.at(i);
      }
    }
  },

  /** Scattered runs of ten neighbours, each run written in ascending order. */
  RUNS {
    @Override
    void choose(int[] pages, int mappedPages, long seed, int round) {
      int slots = (mappedPages + RUN_PAGES - 1) / RUN_PAGES;
      Permutation order = new Permutation(slots, roundSeed(seed, round));
      int chosen = 0;
      for (int slot = 0; chosen < pages.length; slot++) {
        int start = order.at(slot) * RUN_PAGES;
        int end = Math.min(start + RUN_PAGES, mappedPages);
        for (int page = start; page < end && chosen < pages.length; page++) {
          pages[chosen++] = page;
        }
      }
    }
  },

  /**
   * A hot set: the page of rank {@code k}, from 0 on, comes up in proportion to {@code 1 / (k +
   * 1)}. Ranks stay with their pages from round to round; a page is written once a round. Where the
   * draws repeat themselves too often, the hottest pages left fill the set.
   */
  ZIPF {
    @Override
    void choose(int[] pages, int mappedPages, long seed, int round) {
      Permutation pageOfRank = new Permutation(mappedPages, seed);
      SplittableRandom random = new SplittableRandom(roundSeed(seed, round));
      BitSet taken = new BitSet(mappedPages);
      double range = Math.log((double) mappedPages + 1);
      long draws = (long) DRAWS_PER_PAGE * pages.length;
      int chosen = 0;
      while (chosen < pages.length && draws-- > 0) {
        int rank = (int) Math.min(Math.exp(random.nextDouble() * range) - 1, mappedPages - 1);
        if (!taken.get(rank)) {
          taken.set(rank);
          pages[chosen++] = pageOfRank.at(rank);
        }
      }
      int rank = taken.nextClearBit(0);
      while (chosen < pages.length) {
        pages[chosen++] = pageOfRank.at(rank);
        rank = taken.nextClearBit(rank + 1);
      }
    }
  },

  /** Neighbouring pages, each round where the last one ended, around and around. */
  SEQUENTIAL {
    @Override
    void choose(int[] pages, int mappedPages, long seed, int round) {
      long first = (seed + (long) round * pages.length) % mappedPages;
      int page = (int) Math.floorMod(first, (long) mappedPages);
      for (int i = 0; i < pages.length; i++) {
        pages[i] = page;
        page = page + 1 == mappedPages ? 0 : page + 1;
      }
    }
  };

  /** Pages in a run of {@link #RUNS}. */
  public static final int RUN_PAGES = 10;

  private static final int DRAWS_PER_PAGE = 4;

  /**
   * Chooses the pages of a round: exactly {@code count} distinct numbers below {@code mappedPages},
   * in the order in which they are to be written. The same arguments give the same pages.
   *
   * @throws IllegalArgumentException if {@code count} is negative or more than is mapped
   */
  public int[] pages(int mappedPages, int count, long seed, int round) {
    if (count < 0 || count > mappedPages) {
      throw new IllegalArgumentException(count + " pages of " + mappedPages + " mapped ones");
    }
    int[] pages = new int[count];
    choose(pages, mappedPages, seed, round);
    return pages;
  }

  /** {@return the name on the command line and in reports} */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  abstract void choose(int[] pages, int mappedPages, long seed, int round);

  private static long roundSeed(long seed, int round) {
    return new SplittableRandom(seed + round).nextLong();
  }
}
