package io.github.dirtyrange.cli;

import io.github.dirtyrange.kernel.sim.machine.Affected;
import io.github.dirtyrange.kernel.sim.machine.Affected.Configuration;
import io.github.dirtyrange.kernel.sim.machine.Affected.Releases;
import io.github.dirtyrange.kernel.sim.machine.Affected.Span;
import io.github.dirtyrange.kernel.sim.machine.Bound;
import io.github.dirtyrange.kernel.sim.machine.Quirk;
import io.github.dirtyrange.kernel.sim.machine.Release;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Quirks, and which kernels have them, as a table in Markdown that a terminal shows well, too. */
final class QuirksTable {

  private final List<Release> kernels;
  private final List<List<String>> rows = new ArrayList<>();

  private QuirksTable(List<Release> kernels) {
    this.kernels = kernels;
    List<String> headings = new ArrayList<>(List.of("quirk", "effect"));
    kernels.forEach(kernel -> headings.add(kernel.toString()));
    headings.addAll(List.of("came with", "went with"));
    rows.add(headings);
  }

  /**
   * {@return the table's lines}
   *
   * @param kernels a column for each
   * @param quirks a row for each time that one came and went
   */
  static String render(List<Release> kernels, List<Quirk> quirks) {
    QuirksTable table = new QuirksTable(kernels);
    quirks.forEach(table::add);
    return table.render();
  }

  /** {@return "yes" or nothing, with a question mark where nobody has looked} */
  static String answer(Affected affected, Release kernel) {
    String answer = affected.includes(kernel) ? "yes" : "";
    boolean guessed = affected instanceof Releases releases && releases.isGuessedFor(kernel);
    return guessed ? answer + "?" : answer;
  }

  private void add(Quirk quirk) {
    Affected affected = quirk.affected();
    if (affected instanceof Releases releases) {
      for (Span span : releases.spans()) {
        add(quirk, new Releases(List.of(span)), text(span.since()), text(span.until()));
      }
    } else if (affected instanceof Configuration setting) {
      add(quirk, affected, setting.setting(), "");
    } else {
      add(quirk, affected, "a queue's protocol", "");
    }
  }

  private void add(Quirk quirk, Affected affected, String came, String went) {
    List<String> row = new ArrayList<>(List.of(quirk.name(), quirk.effect().label()));
    kernels.forEach(kernel -> row.add(answer(affected, kernel)));
    row.addAll(List.of(came, went));
    rows.add(row);
  }

  private static String text(@Nullable Bound bound) {
    return bound == null ? "" : bound.toString();
  }

  private String render() {
    int[] widths = widths();
    String rule =
        Arrays.stream(widths)
            .mapToObj("-"::repeat)
            .collect(Collectors.joining("-|-", "|-", "-|\n"));
    StringBuilder text = new StringBuilder(line(rows.get(0), widths)).append(rule);
    rows.stream().skip(1).forEach(row -> text.append(line(row, widths)));
    return text.toString();
  }

  private int[] widths() {
    int[] widths = new int[rows.get(0).size()];
    for (List<String> row : rows) {
      Arrays.setAll(widths, column -> Math.max(widths[column], row.get(column).length()));
    }
    return widths;
  }

  private static String line(List<String> row, int[] widths) {
    StringBuilder line = new StringBuilder("|");
    for (int column = 0; column < widths.length; column++) {
      String cell = row.get(column);
      line.append(' ').append(cell).append(" ".repeat(widths[column] - cell.length())).append(" |");
    }
    return line.append('\n').toString();
  }
}
