package io.github.dirtyrange.report.html;

import java.util.ArrayList;
import java.util.List;

/**
 * Cells under headings.
 *
 * @param title of the table
 * @param note how to read it, empty where that is plain
 * @param columns the headings
 * @param rows as long as the headings
 */
record Table(String title, String note, List<String> columns, List<List<String>> rows) {

  Table {
    columns = List.copyOf(columns);
    rows = List.copyOf(rows);
    for (List<String> row : rows) {
      if (row.size() != columns.size()) {
        throw new IllegalArgumentException(row + " under " + columns);
      }
    }
  }

  /** {@return a table without rows} */
  static Builder of(String title, String note, String... columns) {
    return new Builder(title, note, List.of(columns));
  }

  /** Takes rows. */
  static final class Builder {

    private final String title;
    private final String note;
    private final List<String> columns;
    private final List<List<String>> rows = new ArrayList<>();

    private Builder(String title, String note, List<String> columns) {
      this.title = title;
      this.note = note;
      this.columns = columns;
    }

    void row(String... cells) {
      rows.add(List.of(cells));
    }

    boolean isEmpty() {
      return rows.isEmpty();
    }

    Table build() {
      return new Table(title, note, columns, rows);
    }
  }
}
