package io.github.dirtyrange.report;

import io.github.dirtyrange.kernel.OneLine;
import java.util.ArrayList;
import java.util.List;

/**
 * Rows of cells under headings: the first column is set to the left, numbers to the right. What a
 * cell says may be from a file, and does not steer the terminal.
 */
public final class TextTable {

  private static final String GAP = "  ";

  private final List<List<String>> rows = new ArrayList<>();

  /** Appends a row, the first one being the headings; all must be of one length. */
  public void row(List<String> cells) {
    rows.add(cells.stream().map(OneLine::of).toList());
  }

  /** Appends the rows to a text, a line each. */
  public void appendTo(StringBuilder text) {
    int[] widths = widths();
    for (List<String> row : rows) {
      text.append(pad(row.get(0), widths[0], true));
      for (int column = 1; column < widths.length; column++) {
        text.append(GAP).append(pad(row.get(column), widths[column], false));
      }
      text.append('\n');
    }
  }

  private int[] widths() {
    int[] widths = new int[rows.get(0).size()];
    for (List<String> row : rows) {
      for (int column = 0; column < widths.length; column++) {
        widths[column] = Math.max(widths[column], row.get(column).length());
      }
    }
    return widths;
  }

  private static String pad(String cell, int width, boolean left) {
    String spaces = " ".repeat(width - cell.length());
    return left ? cell + spaces : spaces + cell;
  }
}
