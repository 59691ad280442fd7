package io.github.dirtyrange.report;

import io.github.dirtyrange.kernel.OneLine;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.lab.result.Units;
import io.github.dirtyrange.lab.survey.result.CostKind;
import io.github.dirtyrange.lab.survey.result.Crossover;
import io.github.dirtyrange.lab.survey.result.Crossovers;
import io.github.dirtyrange.lab.survey.result.MeasuredPoint;
import io.github.dirtyrange.lab.survey.result.ModelError;
import io.github.dirtyrange.lab.survey.result.ModelErrors;
import io.github.dirtyrange.lab.survey.result.SurveyKernel;
import io.github.dirtyrange.lab.survey.result.SurveyResult;
import io.github.dirtyrange.lab.survey.result.SurveyRow;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** A survey for people: where it crosses, what wins where, and whether all was right. */
public final class SurveyTable {

  private static final int PERCENT = 100;

  private static final String HOW_TO_READ =
      """
      How to read it: "from" is the number of changed pages a round from which the scan is cheaper than
      the queue, interpolated between the two points in brackets. "total" counts the round (finding and
      arming again) and what the workload's writes cost it beyond writes that nobody tracks; "round"
      counts the round alone.
      """;

  private SurveyTable() {}

  /** {@return the text, ended by a line feed} */
  public static String render(SurveyResult result) {
    StringBuilder text = new StringBuilder();
    for (SurveyKernel kernel : result.plan().kernels()) {
      ReportParts.line(text, "kernel", OneLine.of(kernel.name() + " " + kernel.release()));
      ReportParts.line(text, "machine", OneLine.of(kernel.machine()));
      ReportParts.line(
          text,
          "rounds",
          kernel.rounds() + " after " + kernel.warmup() + " of warm-up, each point");
    }
    appendCrossovers(text, result);
    SurveyMap.append(text, result);
    appendModel(text, ModelErrors.of(result));
    text.append('\n').append(HOW_TO_READ);
    appendHugePages(text, result);
    text.append('\n');
    appendTotals(text, result);
    return text.toString();
  }

  private static void appendCrossovers(StringBuilder text, SurveyResult result) {
    List<Crossover> totals = Crossovers.of(result, CostKind.TOTAL);
    List<Crossover> rounds = Crossovers.of(result, CostKind.ROUND);
    if (totals.isEmpty()) {
      return;
    }
    TextTable table = new TextTable();
    table.row(
        List.of("kernel", "mapped", "pattern", "queue", "scan", "from, total", "from, round"));
    for (int i = 0; i < totals.size(); i++) {
      Crossover total = totals.get(i);
      table.row(
          List.of(
              OneLine.of(total.kernel()),
              Units.bytes(Pages.address(total.mappedPages())),
              total.pattern().label(),
              OneLine.of(total.queue()),
              total.scan(),
              from(total),
              from(rounds.get(i))));
    }
    text.append('\n');
    table.appendTo(text);
  }

  private static String from(Crossover crossover) {
    String times = crossover.crossings() > 1 ? ", crosses " + crossover.crossings() + " times" : "";
    return switch (crossover.kind()) {
      case NEVER -> "never, up to " + Units.count(crossover.below()) + times;
      case ALWAYS -> Units.count(crossover.above()) + " or fewer" + times;
      case CROSSES ->
          String.format(
              Locale.ROOT,
              "%,d (%,d to %,d)%s",
              crossover.pages(),
              crossover.below(),
              crossover.above(),
              times);
    };
  }

  private static void appendModel(StringBuilder text, ModelErrors errors) {
    if (errors.isEmpty()) {
      return;
    }
    text.append('\n');
    ReportParts.line(
        text,
        "simulated",
        String.format(
            Locale.ROOT,
            "rounds of %s differ from the running kernel's by %.0f%% (median of %d); %d of these are"
                + " within the measurement's own spread",
            errors.strategies(),
            errors.median() * PERCENT,
            errors.clear().size() + errors.withinSpread().size(),
            errors.withinSpread().size()));
    errors.worst().ifPresent(worst -> ReportParts.line(text, "worst", worst(worst)));
  }

  private static String worst(ModelError error) {
    return String.format(
        Locale.ROOT,
        "%s, %s, %,d changed, %s: %s simulated, %s measured (its spread %.0f%%)",
        error.name(),
        Units.bytes(Pages.address(error.point().mappedPages())),
        error.point().dirtyPages(),
        error.point().pattern().label(),
        Units.nanos(Math.round(error.simulatedNanos())),
        Units.nanos(Math.round(error.measuredNanos())),
        error.spread() * PERCENT);
  }

  private static void appendHugePages(StringBuilder text, SurveyResult result) {
    List<MeasuredPoint> points = result.points();
    if (points.stream().anyMatch(MeasuredPoint::startsInHugePages)) {
      text.append(
          """
          Simulated memory is in small pages up to 1 TiB and in huge ones of 2 MiB beyond, as more would not
          fit: a scan passes 512 pages at once there, and a size costs less than a smaller one before it.
          """);
    }
    if (points.stream().flatMap(point -> point.rows().stream()).anyMatch(SurveyRow::reused)) {
      text.append(
          "A simulated pagemap round above 64 GiB is measured once a size: it reads every entry"
              + " anyway.\n");
    }
  }

  private static void appendTotals(StringBuilder text, SurveyResult result) {
    int planned = result.plan().points().size();
    String shard =
        result.plan().shards() == 1
            ? ""
            : " of shard " + result.plan().shard() + "/" + result.plan().shards();
    text.append(
        String.format(
            Locale.ROOT,
            "%,d of %s%s measured, %s of a strategy.%n",
            result.points().size(),
            Units.count(planned, "point"),
            shard,
            Units.count(
                result.points().stream()
                    .flatMap(point -> point.rows().stream())
                    .filter(row -> !row.reused())
                    .mapToLong(row -> row.roundNanos().size())
                    .sum(),
                "round")));
    List<String> faults = result.points().stream().flatMap(SurveyTable::faults).toList();
    text.append(faults.isEmpty() ? "Every strategy found every page." : String.join("\n", faults));
    text.append('\n');
  }

  private static Stream<String> faults(MeasuredPoint measured) {
    return measured.rows().stream()
        .filter(row -> !row.isRight())
        .map(
            row ->
                String.format(
                    Locale.ROOT,
                    "%s MISSED %,d pages and has %,d WRONG COPIES: %s, %s mapped, %s, %,d changed",
                    OneLine.of(row.name()),
                    row.missed(),
                    row.copyMismatches(),
                    OneLine.of(measured.point().kernel()),
                    Units.bytes(Pages.address(measured.point().mappedPages())),
                    measured.point().pattern().label(),
                    measured.point().dirtyPages()));
  }
}
