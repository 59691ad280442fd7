package io.github.dirtyrange.report.html;

import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a chart draws. A number that is lacking is null: a scale by powers has no place for 0. */
sealed interface Shape {

  /** {@return by which name the script knows it} */
  String kind();

  /** What numbers count, which says how they are written. */
  enum Unit {
    NANOS,
    PAGES,
    BYTES,
    PERCENT,
    SECONDS
  }

  /**
   * An axis.
   *
   * @param name what it shows
   * @param unit of its numbers
   * @param log whether it goes by powers of ten, or of four where it is of bytes
   */
  record Axis(String name, Unit unit, boolean log) {}

  /** A value that nothing can be below. */
  record Floor(String name, double value) {}

  /**
   * Marks on a line for each name, by powers of ten.
   *
   * @param marks what is marked on each line, in the order of the names
   */
  record Dots(Axis axis, List<String> names, List<Marks> marks, @Nullable Floor floor)
      implements Shape {

    @Override
    public String kind() {
      return "dots";
    }
  }

  /** One mark a name. */
  record Marks(String name, List<@Nullable Double> values) {

    public Marks {
      values = Collections.unmodifiableList(values);
    }
  }

  /** Points in a plane, each with its name. */
  record Points(Axis x, Axis y, List<Point> points, @Nullable Floor floor) implements Shape {

    @Override
    public String kind() {
      return "points";
    }
  }

  /** A point. */
  record Point(String name, double x, double y) {}

  /** Lines, each through its points. */
  record Lines(Axis x, Axis y, List<Line> lines) implements Shape {

    @Override
    public String kind() {
      return "lines";
    }
  }

  /** A line: pairs of x and y, and what is told of each. */
  record Line(String name, List<double[]> points) {}

  /** A bar a name. */
  record Bars(Axis axis, List<String> names, List<Double> values) implements Shape {

    @Override
    public String kind() {
      return "bars";
    }
  }

  /**
   * Address by time.
   *
   * @param columns when each column ends
   * @param rows of addresses, ascending
   * @param cells column, row, level from 1 on, and the share that changed in thousandths of a
   *     percent
   * @param absent first column, last column and row where nothing was mapped
   * @param marks where mappings came and went
   */
  record Heat(
      List<String> columns, List<Row> rows, List<int[]> cells, List<int[]> absent, List<Mark> marks)
      implements Shape {

    @Override
    public String kind() {
      return "heat";
    }
  }

  /** A row of addresses. */
  record Row(String name, String addresses, long pages) {}

  /** A mapping that came or went, or several at one place. */
  record Mark(int column, int row, boolean came, String text) {}

  /** Marks in a plane, and the line on which both numbers are the same. */
  record Clouds(Axis x, Axis y, List<Line> clouds) implements Shape {

    @Override
    public String kind() {
      return "clouds";
    }
  }

  /**
   * A map of who wins where.
   *
   * @param x what the columns are, and {@code columns} each of them
   * @param y what the rows are, and {@code rows} each of them
   * @param strategies who can win
   */
  record Winners(
      String x,
      List<String> columns,
      String y,
      List<String> rows,
      List<String> strategies,
      List<Win> wins)
      implements Shape {

    @Override
    public String kind() {
      return "winners";
    }
  }

  /** Who wins a cell, by its number among the strategies, and by how much. */
  record Win(int column, int row, int strategy, String text) {}
}
