package io.github.dirtyrange.bench.interval;

import java.util.Arrays;

/** What can be done at best with so many regions by who knows all pages beforehand. */
public final class Optimum {

  private Optimum() {}

  /**
   * {@return how many clean pages between the first and the last page it leaves out} It keeps the
   * largest gaps.
   *
   * @param pages ascending and distinct, at least one
   */
  public static long leftOut(long[] pages, long regions) {
    long[] gaps = new long[pages.length - 1];
    for (int i = 0; i < gaps.length; i++) {
      gaps[i] = pages[i + 1] - pages[i] - 1;
    }
    Arrays.sort(gaps);
    int kept = (int) Math.min(gaps.length, regions - 1);
    return Arrays.stream(gaps, gaps.length - kept, gaps.length).sum();
  }

  /** {@return how many pages lie between the first and the last, both included} */
  public static long span(long[] pages) {
    return pages[pages.length - 1] + 1 - pages[0];
  }
}
