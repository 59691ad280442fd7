package io.github.dirtyrange.cli;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import io.github.dirtyrange.kernel.sim.explore.Bounds;
import io.github.dirtyrange.kernel.sim.explore.Exploration;
import io.github.dirtyrange.kernel.sim.explore.Exploration.TraceStep;
import io.github.dirtyrange.kernel.sim.explore.Exploration.Violation;
import io.github.dirtyrange.kernel.sim.machine.Quirk;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What an exploration found, as text or JSON.
 *
 * @param queue the queue design's name
 * @param bounds how much was explored
 * @param quirks what the kernel got wrong
 * @param ofNew the outcome with a queue that has just been opened
 * @param ofUsed the outcome with one that was used before, where the first was fine; or null
 */
record ExploreReport(
    String queue,
    Bounds bounds,
    Set<Quirk> quirks,
    Exploration ofNew,
    @Nullable Exploration ofUsed) {

  private static final Gson GSON =
      new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create();

  private static final String ON_TRUST =
      "On trust, too: an empty queue is as at the beginning (the design does not say what it keeps).";
  private static final String IN_THE_STATE =
      "What an empty queue keeps is part of a state, as the design tells it.";

  private static final String READER = "reader";

  /** {@return the outcome that counts} */
  Exploration last() {
    return ofUsed == null ? ofNew : ofUsed;
  }

  /** {@return for people: what was explored, and the trace of a violation as a table} */
  String text() {
    Violation violation = last().violation();
    String outcome =
        violation == null
            ? last().complete() ? "no violation" : "no violation so far, and not all was seen"
            : violation.what();
    return String.format(
        "queue %s, %d CPUs, %d pages, %d writes, %d moves, %d drains and a last one%s%s%n"
            + "%s%s%nOne step each, on trust: a record, a move, the taking out of a part.%n%s%n%n%s%s%n",
        queue,
        bounds.cpus(),
        bounds.pages(),
        bounds.writes(),
        bounds.moves(),
        bounds.drains(),
        bounds.openings() == 0 ? "" : ", " + bounds.openings() + " openings",
        quirks.isEmpty() ? "" : "; " + quirkNames(),
        counts(ofNew),
        ofUsed == null ? "" : ";%nfrom a queue that was used before: ".formatted() + counts(ofUsed),
        last().opaque() ? ON_TRUST : IN_THE_STATE,
        violation == null ? "" : table(violation.trace()) + System.lineSeparator(),
        outcome);
  }

  private static String counts(Exploration found) {
    return String.format(
        "%,d states, %,d steps between them, at most %d in a row",
        found.states(), found.steps(), found.depth());
  }

  private String quirkNames() {
    return quirks.stream().map(ProtocolQuirk::name).collect(Collectors.joining(", "));
  }

  /** One column for each CPU, and one for the reader. */
  private String table(List<TraceStep> trace) {
    int columns = bounds.cpus() + 1;
    int[] widths = new int[columns];
    Arrays.setAll(widths, column -> heading(column).length());
    for (TraceStep step : trace) {
      widths[column(step)] = Math.max(widths[column(step)], step.text().length());
    }
    StringBuilder table = new StringBuilder("step");
    for (int column = 0; column < columns; column++) {
      int width = column == bounds.cpus() ? 0 : widths[column];
      table.append("  ").append(padded(heading(column), width));
    }
    int number = 0;
    for (TraceStep step : trace) {
      table.append(String.format("%n%4d", ++number));
      for (int column = 0; column <= column(step); column++) {
        String text = column == column(step) ? step.text() : "";
        table.append("  ").append(padded(text, column == column(step) ? 0 : widths[column]));
      }
    }
    return table.toString().stripTrailing() + System.lineSeparator();
  }

  private String heading(int column) {
    return column == bounds.cpus() ? READER : "CPU " + column;
  }

  private int column(TraceStep step) {
    return step.cpu() < 0 ? bounds.cpus() : step.cpu();
  }

  private static String padded(String text, int width) {
    return text + " ".repeat(Math.max(0, width - text.length()));
  }

  /** {@return one JSON object} */
  String json() {
    Violation violation = last().violation();
    return GSON.toJson(
            new Report(
                queue,
                bounds,
                quirks.stream().map(ProtocolQuirk::name).toList(),
                ofNew.states(),
                ofNew.steps(),
                ofNew.depth(),
                ofUsed == null ? null : new Used(ofUsed.states(), ofUsed.steps(), ofUsed.depth()),
                last().complete(),
                last().opaque(),
                violation == null ? null : violation.what(),
                violation == null ? null : violation.trace().stream().map(this::row).toList()))
        + "\n";
  }

  private Row row(TraceStep step) {
    return new Row(step.cpu() < 0 ? READER : "cpu" + step.cpu(), step.text());
  }

  // The records below are the JSON's shape, member by member and in its order.

  private record Report(
      String queue,
      Bounds bounds,
      List<String> quirks,
      long states,
      long steps,
      int depth,
      @Nullable Used used,
      boolean complete,
      boolean opaque,
      @Nullable String violation,
      @Nullable List<Row> trace) {}

  private record Used(long states, long steps, int depth) {}

  private record Row(String who, String does) {}
}
