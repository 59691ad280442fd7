package io.github.dirtyrange.report.html;

/**
 * A picture and the same numbers as a table.
 *
 * @param kind how the script draws it
 * @param title what it shows
 * @param says how to read it
 * @param shape what is drawn
 * @param table the numbers
 */
record Chart(String kind, String title, String says, Shape shape, Table table) {

  Chart(String title, String says, Shape shape, Table table) {
    this(shape.kind(), title, says, shape, table);
  }
}
