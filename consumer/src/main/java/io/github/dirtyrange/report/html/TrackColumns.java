package io.github.dirtyrange.report.html;

import io.github.dirtyrange.live.result.LiveRound;
import io.github.dirtyrange.live.result.MappedPart;
import io.github.dirtyrange.report.live.FoldedSpace;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * The rounds of a process in a bounded number of columns, over rows of all memory that it ever had
 * mapped. Where there are too many rounds, each two columns become one.
 */
final class TrackColumns {

  static final int MOST_COLUMNS = 160;

  /** Finer than what is drawn: memory that is new cuts the rows anew. */
  private static final int FINE_ROWS = 512;

  private static final int DRAWN_ROWS = 48;

  private final KnownSpace known = new KnownSpace();
  private final List<TrackColumn> columns = new ArrayList<>();
  private FoldedSpace space = new FoldedSpace(List.of());
  private long rounds;
  private long roundsInColumn = 1;

  /** Adds a round that ended so long after the process was tracked first. */
  void add(LiveRound round, long endNanos) {
    List<MappedPart> mapped =
        Stream.concat(round.writable().stream(), round.added().stream()).toList();
    if (known.add(mapped)) {
      space = FoldedSpace.of(known.parts(), FINE_ROWS);
    }
    TrackColumn column = TrackColumn.of(++rounds, round, endNanos, space);
    if ((rounds - 1) % roundsInColumn == 0) {
      columns.add(column);
    } else {
      columns.set(columns.size() - 1, columns.get(columns.size() - 1).with(column));
    }
    if (columns.size() > MOST_COLUMNS) {
      halve();
    }
  }

  private void halve() {
    List<TrackColumn> pairs = new ArrayList<>();
    for (int i = 0; i < columns.size(); i += 2) {
      TrackColumn one = columns.get(i);
      pairs.add(i + 1 < columns.size() ? one.with(columns.get(i + 1)) : one);
    }
    columns.clear();
    columns.addAll(pairs);
    roundsInColumn *= 2;
  }

  /** {@return how many rounds there were} */
  long rounds() {
    return rounds;
  }

  /** {@return how many rounds a column has, but for the last} */
  long roundsInColumn() {
    return roundsInColumn;
  }

  /** {@return the column that a round is in} */
  int columnOf(long round) {
    return (int) ((round - 1) / roundsInColumn);
  }

  /** {@return whether some memory is not drawn, since too much was mapped in too many places} */
  boolean leavesMemoryOut() {
    return known.isFull();
  }

  /** {@return the rows to draw} */
  FoldedSpace drawnSpace() {
    return FoldedSpace.of(known.parts(), DRAWN_ROWS);
  }

  /** {@return the columns on these rows} */
  List<TrackColumn> on(FoldedSpace drawn) {
    return columns.stream().map(column -> column.on(drawn)).toList();
  }
}
