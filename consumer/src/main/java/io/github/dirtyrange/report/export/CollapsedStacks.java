package io.github.dirtyrange.report.export;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Collapsed stacks, which draw flame graphs: a line for each mapping and for each thread of each
 * process, below two roots, with its pages.
 */
public final class CollapsedStacks extends TotalsReport {

  /** Writes to a stream, at the end. */
  public CollapsedStacks(OutputStream stream) {
    super(stream);
  }

  @Override
  void write(DirtyTotals all, OutputStream file) throws IOException {
    StringBuilder lines = new StringBuilder();
    add(lines, "by mapping", all.mappings());
    add(lines, "by thread", all.threads());
    file.write(lines.toString().getBytes(StandardCharsets.UTF_8));
  }

  private static void add(StringBuilder lines, String root, List<DirtyTotals.Row> rows) {
    for (DirtyTotals.Row row : rows) {
      lines
          .append(root)
          .append(';')
          .append(frame(row.process()))
          .append(';')
          .append(frame(row.part()))
          .append(' ')
          .append(row.pages())
          .append('\n');
    }
  }

  /** {@return a name without what ends a frame or a line} */
  private static String frame(String name) {
    return name.replace(';', ',').replaceAll("\\p{Cntrl}", "?");
  }
}
