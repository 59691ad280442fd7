package io.github.dirtyrange.report.html;

import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.lab.result.Units;
import io.github.dirtyrange.live.result.LiveSummary;
import io.github.dirtyrange.report.live.FoldedSpace;
import io.github.dirtyrange.report.live.HeatLevel;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToLongFunction;

/** The charts of one process that was tracked. */
final class TrackCharts {

  private static final int MOST_BARS = 15;
  private static final double NANOS_PER_SECOND = 1e9;
  private static final double PER_CENT_AND_MILLE = 100_000;

  private final TrackHistory history;
  private final LiveSummary summary;
  private final FoldedSpace space;
  private final List<TrackColumn> columns;

  TrackCharts(TrackHistory history) {
    this.history = history;
    summary = history.totals().summary();
    space = history.columns().drawnSpace();
    columns = history.columns().on(space);
  }

  /**
   * {@return the charts}
   *
   * @param of what follows their titles, as " of process 7 (sort)", or nothing
   */
  List<Chart> all(String of) {
    List<Chart> charts = new ArrayList<>();
    charts.add(heat(of));
    charts.add(pages(of));
    charts.add(costs(of));
    if (!summary.mappings().isEmpty()) {
      charts.add(mappings(of));
    }
    if (!summary.threads().isEmpty()) {
      charts.add(threads(of));
    }
    return charts;
  }

  private Chart heat(String of) {
    return new Chart(
        "What changed, by address and time" + of,
        "A row is a piece of memory that may be written, the lowest address at the top; gaps are"
            + " left out, and a mapping has rows in proportion to the root of its size. The darker a"
            + " cell, in the dark the brighter, the more of its pages changed in a round. Triangles"
            + " are mappings that came and went. The sliders zoom and scroll."
            + merged()
            + (history.columns().leavesMemoryOut()
                ? " Memory was mapped in more places than are drawn."
                : ""),
        new Shape.Heat(times(), rows(), cells(), absent(), marks()),
        rowTable());
  }

  private String merged() {
    long rounds = history.columns().roundsInColumn();
    return rounds == 1
        ? ""
        : " There were "
            + Units.count(history.columns().rounds())
            + " rounds: each column, and each point of the lines, shows the most of "
            + Units.count(rounds)
            + " that follow each other.";
  }

  private List<String> times() {
    return columns.stream().map(column -> Units.nanos(column.endNanos())).toList();
  }

  private List<Shape.Row> rows() {
    return space.rows().stream()
        .map(row -> new Shape.Row(lastPart(row.name()), addresses(row), row.pages()))
        .toList();
  }

  private static String addresses(FoldedSpace.Row row) {
    return address(row.startVpn()) + "-" + address(row.endVpn());
  }

  private static String address(long vpn) {
    return Long.toHexString(Pages.address(vpn));
  }

  private static String lastPart(String path) {
    return path.substring(path.lastIndexOf('/') + 1);
  }

  private List<int[]> cells() {
    List<int[]> cells = new ArrayList<>();
    for (int at = 0; at < columns.size(); at++) {
      TrackColumn column = columns.get(at);
      for (int row = 0; row < space.rows().size(); row++) {
        int level = HeatLevel.of(column.changed(row), column.mapped(row));
        if (level > 0) {
          double share = column.changed(row) / column.mapped(row);
          cells.add(new int[] {at, row, level, (int) Math.round(share * PER_CENT_AND_MILLE)});
        }
      }
    }
    return cells;
  }

  /** In runs of columns: a mapping that comes late is one rectangle. */
  private List<int[]> absent() {
    List<int[]> runs = new ArrayList<>();
    for (int row = 0; row < space.rows().size(); row++) {
      int from = -1;
      for (int at = 0; at <= columns.size(); at++) {
        boolean absent = at < columns.size() && columns.get(at).mapped(row) == 0;
        if (absent && from < 0) {
          from = at;
        } else if (!absent && from >= 0) {
          runs.add(new int[] {from, at - 1, row});
          from = -1;
        }
      }
    }
    return runs;
  }

  private List<Shape.Mark> marks() {
    List<Shape.Mark> marks = new ArrayList<>();
    for (TrackHistory.Event event : history.events()) {
      int row = rowAt(event.part().startVpn());
      if (row >= 0) {
        marks.add(
            new Shape.Mark(
                history.columns().columnOf(event.round()),
                row,
                event.what() == TrackHistory.What.MAPPED,
                event.part().mapping()
                    + ", "
                    + Units.bytes(Pages.address(event.part().pages()))
                    + " at "
                    + address(event.part().startVpn())));
      }
    }
    return marks;
  }

  private int rowAt(long vpn) {
    for (int i = 0; i < space.rows().size(); i++) {
      FoldedSpace.Row row = space.rows().get(i);
      if (row.startVpn() <= vpn && vpn < row.endVpn()) {
        return i;
      }
    }
    return -1;
  }

  private Table rowTable() {
    Table.Builder table =
        Table.of(
            "",
            "",
            "addresses",
            "mapping",
            "pages",
            "columns with changes",
            "most changed pages of a round");
    for (int row = 0; row < space.rows().size(); row++) {
      int at = row;
      double most = columns.stream().mapToDouble(column -> column.changed(at)).max().orElse(0);
      long changed = columns.stream().filter(column -> column.changed(at) > 0).count();
      FoldedSpace.Row each = space.rows().get(row);
      table.row(
          addresses(each),
          each.name(),
          Units.count(each.pages()),
          changed + " of " + columns.size(),
          Units.count((long) Math.ceil(most)));
    }
    return table.build();
  }

  private Chart pages(String of) {
    return new Chart(
        "Pages changed in a round" + of,
        "Each page counts once a round." + merged(),
        new Shape.Lines(
            new Shape.Axis("time since it was armed", Shape.Unit.SECONDS, false),
            new Shape.Axis("pages", Shape.Unit.PAGES, false),
            List.of(line("changed pages", TrackColumn::mostPages))),
        roundTable());
  }

  private Chart costs(String of) {
    return new Chart(
        "What a round cost" + of,
        "Finding the changed pages and arming them again, and how long a thread of the process was"
            + " stopped for that."
            + merged(),
        new Shape.Lines(
            new Shape.Axis("time since it was armed", Shape.Unit.SECONDS, false),
            new Shape.Axis("time", Shape.Unit.NANOS, false),
            List.of(
                line("a round took", TrackColumn::mostNanos),
                line("a thread was stopped", TrackColumn::mostStoppedNanos))),
        roundTable());
  }

  private Shape.Line line(String name, ToLongFunction<TrackColumn> value) {
    return new Shape.Line(
        name,
        columns.stream()
            .map(
                column ->
                    new double[] {column.endNanos() / NANOS_PER_SECOND, value.applyAsLong(column)})
            .toList());
  }

  private Table roundTable() {
    Table.Builder table =
        Table.of("", "", "rounds", "until", "most pages", "longest round", "longest stop");
    for (TrackColumn column : columns) {
      table.row(
          column.firstRound() == column.lastRound()
              ? Units.count(column.firstRound())
              : Units.count(column.firstRound()) + " to " + Units.count(column.lastRound()),
          String.format(Locale.ROOT, "%.3f s", column.endNanos() / NANOS_PER_SECOND),
          Units.count(column.mostPages()),
          Units.nanos(column.mostNanos()),
          Units.nanos(column.mostStoppedNanos()));
    }
    return table.build();
  }

  private Chart mappings(String of) {
    Table.Builder table = Table.of("", "", "mapping", "pages");
    summary.mappings().stream()
        .limit(TrackPage.MOST_ROWS)
        .forEach(share -> table.row(share.mapping(), Units.count(share.pages())));
    return new Chart(
        "Mappings with the most changes" + of,
        "Pages by the name of their mapping; one that changed in two rounds counts twice."
            + first(summary.mappings().size()),
        new Shape.Bars(
            new Shape.Axis("pages", Shape.Unit.PAGES, false),
            summary.mappings().stream()
                .limit(MOST_BARS)
                .map(share -> lastPart(share.mapping()))
                .toList(),
            summary.mappings().stream()
                .limit(MOST_BARS)
                .map(share -> (double) share.pages())
                .toList()),
        table.build());
  }

  private Chart threads(String of) {
    Table.Builder table = Table.of("", "", "thread", "number", "faults");
    summary.threads().stream()
        .limit(TrackPage.MOST_ROWS)
        .forEach(
            share ->
                table.row(share.name(), Integer.toString(share.tid()), Units.count(share.pages())));
    return new Chart(
        "Threads that changed the most" + of,
        "Faults of each thread that the queue was told of." + first(summary.threads().size()),
        new Shape.Bars(
            new Shape.Axis("faults", Shape.Unit.PAGES, false),
            summary.threads().stream()
                .limit(MOST_BARS)
                .map(share -> share.name() + " (" + share.tid() + ")")
                .toList(),
            summary.threads().stream()
                .limit(MOST_BARS)
                .map(share -> (double) share.pages())
                .toList()),
        table.build());
  }

  private static String first(int all) {
    return all <= MOST_BARS ? "" : " The first " + MOST_BARS + " of " + Units.count(all) + ".";
  }
}
