package io.github.dirtyrange.report.html;

import io.github.dirtyrange.live.result.LiveRound;
import io.github.dirtyrange.report.live.FoldedSpace;
import io.github.dirtyrange.report.live.HeatLevel;

/**
 * Some rounds that follow each other, as one column of a chart: of each row of the address space,
 * and of each number, that of the round with the most.
 */
final class TrackColumn {

  private final FoldedSpace space;
  private final long firstRound;
  private final long lastRound;
  private final long endNanos;
  private final long mostPages;
  private final long mostNanos;
  private final long mostStoppedNanos;

  /** Pages that changed, and pages that were mapped, of each row. */
  private final double[] changed;

  private final double[] mapped;

  private TrackColumn(
      FoldedSpace space,
      long firstRound,
      long lastRound,
      long endNanos,
      long mostPages,
      long mostNanos,
      long mostStoppedNanos,
      double[] changed,
      double[] mapped) {
    this.space = space;
    this.firstRound = firstRound;
    this.lastRound = lastRound;
    this.endNanos = endNanos;
    this.mostPages = mostPages;
    this.mostNanos = mostNanos;
    this.mostStoppedNanos = mostStoppedNanos;
    this.changed = changed;
    this.mapped = mapped;
  }

  /**
   * {@return one round}
   *
   * @param endNanos when it ended, since the process was tracked first
   * @param space the rows on which it is kept: spread onto others again and again, a change would
   *     seem to be where none was
   */
  static TrackColumn of(long number, LiveRound round, long endNanos, FoldedSpace space) {
    long[] changed = new long[space.rows().size()];
    round
        .regions()
        .forEach(
            (start, end, categories, now, known, mapping) -> {
              if (HeatLevel.isContent(categories)) {
                space.count(start, end, changed);
              }
            });
    long[] mapped = new long[space.rows().size()];
    round.writable().forEach(part -> space.count(part.startVpn(), part.endVpn(), mapped));
    return new TrackColumn(
        space,
        number,
        number,
        endNanos,
        round.changedPages(),
        round.roundNanos(),
        round.stoppedNanos(),
        doubles(changed),
        doubles(mapped));
  }

  private static double[] doubles(long[] counts) {
    double[] doubles = new double[counts.length];
    for (int i = 0; i < counts.length; i++) {
      doubles[i] = counts[i];
    }
    return doubles;
  }

  /** {@return this and what follows it as one} */
  TrackColumn with(TrackColumn next) {
    double[] changedBefore = spread(changed, space, next.space);
    double[] mappedBefore = spread(mapped, space, next.space);
    return new TrackColumn(
        next.space,
        firstRound,
        next.lastRound,
        next.endNanos,
        Math.max(mostPages, next.mostPages),
        Math.max(mostNanos, next.mostNanos),
        Math.max(mostStoppedNanos, next.mostStoppedNanos),
        most(changedBefore, next.changed),
        most(mappedBefore, next.mapped));
  }

  private static double[] most(double[] one, double[] other) {
    double[] most = one.clone();
    for (int i = 0; i < most.length; i++) {
      most[i] = Math.max(most[i], other[i]);
    }
    return most;
  }

  /** {@return the same on the rows of another space, spread evenly where rows are cut anew} */
  TrackColumn on(FoldedSpace to) {
    return new TrackColumn(
        to,
        firstRound,
        lastRound,
        endNanos,
        mostPages,
        mostNanos,
        mostStoppedNanos,
        spread(changed, space, to),
        spread(mapped, space, to));
  }

  private static double[] spread(double[] counts, FoldedSpace from, FoldedSpace to) {
    double[] spread = new double[to.rows().size()];
    int first = 0;
    for (int i = 0; i < counts.length; i++) {
      FoldedSpace.Row row = from.rows().get(i);
      while (first < spread.length && to.rows().get(first).endVpn() <= row.startVpn()) {
        first++;
      }
      double length = row.endVpn() - row.startVpn();
      for (int j = first; j < spread.length && to.rows().get(j).startVpn() < row.endVpn(); j++) {
        FoldedSpace.Row target = to.rows().get(j);
        double common =
            (double) Math.min(row.endVpn(), target.endVpn())
                - Math.max(row.startVpn(), target.startVpn());
        spread[j] += counts[i] * Math.max(0, common) / length;
      }
    }
    return spread;
  }

  long firstRound() {
    return firstRound;
  }

  long lastRound() {
    return lastRound;
  }

  long endNanos() {
    return endNanos;
  }

  long mostPages() {
    return mostPages;
  }

  long mostNanos() {
    return mostNanos;
  }

  long mostStoppedNanos() {
    return mostStoppedNanos;
  }

  /** {@return how many pages of a row changed} */
  double changed(int row) {
    return changed[row];
  }

  /** {@return how many pages of a row were mapped; what changed was, if only for a while} */
  double mapped(int row) {
    return Math.max(mapped[row], changed[row]);
  }
}
