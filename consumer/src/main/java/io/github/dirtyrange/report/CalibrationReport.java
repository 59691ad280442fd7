package io.github.dirtyrange.report;

import io.github.dirtyrange.kernel.Cost;
import io.github.dirtyrange.kernel.CostModel;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.lab.result.CalibrationResult;
import io.github.dirtyrange.lab.result.MeasuredCost;
import io.github.dirtyrange.lab.result.MeasuredRearm;
import io.github.dirtyrange.lab.result.MeasuredWalk;
import io.github.dirtyrange.lab.result.Units;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What a calibration measured, as a table for people. */
public final class CalibrationReport {

  /** A comma may follow. */
  private static final int MOST_COLUMNS = 98;

  private CalibrationReport() {}

  /** {@return the table, beside what a model says of the same steps} */
  public static String render(CalibrationResult result, CostModel model) {
    TextTable table = new TextTable();
    table.row(List.of("step", "unit", "median", "quartiles", "default", "of it"));
    result.costs().forEach(measured -> table.row(row(measured, model)));
    StringBuilder text = new StringBuilder();
    text.append(
        String.format(
            Locale.ROOT,
            "%s %s, %s mapped, %d repetitions%n%n",
            result.kernel(),
            result.release(),
            Units.bytes(Pages.address(result.mappedPages())),
            result.repetitions()));
    table.appendTo(text);
    appendWalks(result.walks(), text);
    appendRearms(result.rearms(), text);
    text.append("\nnot measured here, and left as the default has it:\n");
    appendNames(result, text);
    return text.toString();
  }

  private static void appendWalks(List<MeasuredWalk> walks, StringBuilder text) {
    if (walks.isEmpty()) {
      return;
    }
    Map<String, List<String>> rows = new LinkedHashMap<>();
    for (MeasuredWalk walk : walks) {
      rows.computeIfAbsent(walk.pages(), name -> new ArrayList<>(List.of(name)))
          .add(spread(walk.nanos(), walk.lowNanos(), walk.highNanos()));
    }
    List<String> heading = new ArrayList<>(List.of("a page of"));
    for (MeasuredWalk.Way way : MeasuredWalk.Way.values()) {
      heading.add(way.label());
    }
    text.append("\nby class, armed, where nothing is found:\n\n");
    appendTable(heading, rows, text);
  }

  private static void appendRearms(List<MeasuredRearm> rearms, StringBuilder text) {
    if (rearms.isEmpty()) {
      return;
    }
    Map<String, List<String>> rows = new LinkedHashMap<>();
    for (MeasuredRearm rearm : rearms) {
      rows.computeIfAbsent(rearm.pages().label(), name -> new ArrayList<>(List.of(name)))
          .add(spread(rearm.nanos(), rearm.lowNanos(), rearm.highNanos()));
    }
    List<String> heading = new ArrayList<>(List.of("while the process is"));
    rearms.stream().map(rearm -> rearm.process().label()).distinct().forEach(heading::add);
    text.append("\nfinding a written page and arming it again:\n\n");
    appendTable(heading, rows, text);
  }

  private static void appendTable(
      List<String> heading, Map<String, List<String>> rows, StringBuilder text) {
    TextTable table = new TextTable();
    table.row(heading);
    rows.values().forEach(table::row);
    table.appendTo(text);
  }

  private static String spread(double nanos, double low, double high) {
    return nanos(nanos) + " (" + nanos(low) + " to " + nanos(high) + ")";
  }

  private static void appendNames(CalibrationResult result, StringBuilder text) {
    int lineStart = text.length();
    String gap = "  ";
    for (Cost cost : result.unmeasured()) {
      if (text.length() + gap.length() + cost.name().length() - lineStart > MOST_COLUMNS) {
        text.append(",\n");
        lineStart = text.length();
        gap = "  ";
      }
      text.append(gap).append(cost.name());
      gap = ", ";
    }
    text.append('\n');
  }

  private static List<String> row(MeasuredCost measured, CostModel model) {
    double usual = model.nanos(measured.cost());
    return List.of(
        measured.cost().name(),
        measured.cost().unit(),
        nanos(measured.nanos()),
        nanos(measured.lowNanos()) + " to " + nanos(measured.highNanos()),
        nanos(usual),
        String.format(Locale.ROOT, "%.2f", measured.nanos() / usual));
  }

  private static String nanos(double nanos) {
    return String.format(Locale.ROOT, nanos < 10 ? "%.2f ns" : "%,.0f ns", nanos);
  }
}
