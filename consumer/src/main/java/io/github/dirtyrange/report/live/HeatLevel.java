package io.github.dirtyrange.report.live;

import io.github.dirtyrange.kernel.Categories;

/** How much of some memory changed, in nine steps, and which changes count. */
public final class HeatLevel {

  private static final double[] FROM = {0, 0, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 0.9};
  private static final long CONTENT =
      Categories.WRITTEN | Categories.SOFT_DIRTY | Categories.COARSE | Categories.HOT;

  private HeatLevel() {}

  /** {@return whether one of these categories says that a page has other bytes now} */
  public static boolean isContent(long changed) {
    return (changed & CONTENT) != 0;
  }

  /** {@return the step of whole pages} */
  static int ofPages(long changed, long pages) {
    return of((double) changed, (double) pages);
  }

  /** {@return the step, from 0 for nothing to 8 for 90 % and more} */
  public static int of(double changed, double pages) {
    if (changed == 0) {
      return 0;
    }
    double share = changed / pages;
    int level = 1;
    while (level + 1 < FROM.length && share >= FROM[level + 1]) {
      level++;
    }
    return level;
  }
}
