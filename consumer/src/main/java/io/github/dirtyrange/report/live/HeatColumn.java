package io.github.dirtyrange.report.live;

import io.github.dirtyrange.live.result.LiveRound;

/** A round in a map: of each row of its address space, how much of it changed, as a level. */
final class HeatColumn {

  /** What is printed for each level, and from which share of a row's pages on. */
  static final String LETTERS = " .:-=+*#@";

  static final String SCALE =
      ". some  : 0.1%  - 0.3%  = 1%  + 3%  * 10%  # 30%  @ 90% of a row's pages";

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
              if (HeatLevel.isContent(changed)) {
                space.count(start, end, pages);
              }
            });
    int[] levels = new int[pages.length];
    for (int row = 0; row < pages.length; row++) {
      levels[row] = HeatLevel.ofPages(pages[row], space.rows().get(row).pages());
    }
    return new HeatColumn(space, levels);
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
