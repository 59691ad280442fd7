package io.github.dirtyrange.report.live;

import io.github.dirtyrange.kernel.Categories;
import io.github.dirtyrange.live.result.LiveRound;

/** A round in a map: of each row of its address space, how much of it changed, as a level. */
final class HeatColumn {

  /** What is printed for each level, and from which share of a row's pages on. */
  static final String LETTERS = " .:-=+*#@";

  static final String SCALE =
      ". some  : 0.1%  - 0.3%  = 1%  + 3%  * 10%  # 30%  @ 90% of a row's pages";

  private static final double[] FROM = {0, 0, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 0.9};
  private static final long CONTENT =
      Categories.WRITTEN | Categories.SOFT_DIRTY | Categories.COARSE | Categories.HOT;

  private final FoldedSpace space;

  /** From 0, nothing, on; as many as there are rows. */
  private final int[] levels;

  private HeatColumn(FoldedSpace space, int[] levels) {
    this.space = space;
    this.levels = levels;
  }

  /** {@return a round on the rows of a space} */
  static HeatColumn of(LiveRound round, FoldedSpace space) {
    long[] pages = new long[space.rows().size()];
    round
        .regions()
        .forEach(
            (start, end, changed, now, known, mapping) -> {
              if ((changed & CONTENT) != 0) {
                space.count(start, end, pages);
              }
            });
    int[] levels = new int[pages.length];
    for (int row = 0; row < pages.length; row++) {
      levels[row] = level(pages[row], space.rows().get(row).pages());
    }
    return new HeatColumn(space, levels);
  }

  static int level(long changed, long pages) {
    if (changed == 0) {
      return 0;
    }
    double share = (double) changed / pages;
    int level = 1;
    while (level + 1 < FROM.length && share >= FROM[level + 1]) {
      level++;
    }
    return level;
  }

  /** {@return the letter for a row of another space: of what lies there, the most} */
  char letterAt(FoldedSpace.Row row) {
    int most = 0;
    for (int i = 0; i < levels.length; i++) {
      FoldedSpace.Row own = space.rows().get(i);
      if (own.startVpn() < row.endVpn() && row.startVpn() < own.endVpn()) {
        most = Math.max(most, levels[i]);
      }
    }
    return LETTERS.charAt(most);
  }
}
