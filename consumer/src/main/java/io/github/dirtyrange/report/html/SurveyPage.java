package io.github.dirtyrange.report.html;

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
import io.github.dirtyrange.workload.PagePattern;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A survey as a page. */
public final class SurveyPage {

  private static final double PER_CENT = 100;

  private SurveyPage() {}

  /** {@return the file} */
  public static String render(SurveyResult result, Origin origin) {
    return HtmlReport.render(of(result, origin));
  }

  static Page of(SurveyResult result, Origin origin) {
    List<Crossover> crossovers = Crossovers.of(result, CostKind.TOTAL);
    ModelErrors errors = ModelErrors.of(result);
    List<Chart> charts = new ArrayList<>();
    for (SurveyKernel kernel : result.plan().kernels()) {
      charts.addAll(new SurveyCharts(result, kernel).all(crossovers));
    }
    if (!errors.isEmpty()) {
      charts.add(model(errors));
    }
    List<Table> tables = new ArrayList<>();
    if (!crossovers.isEmpty()) {
      tables.add(crossovers(crossovers));
    }
    tables.add(judged(result));
    tables.add(points(result));
    tables.add(kernels(result));
    return new Page(
        "Scan or queue: a survey",
        lead(result, crossovers, errors),
        origin,
        facts(result),
        charts,
        tables);
  }

  private static List<String> lead(
      SurveyResult result, List<Crossover> crossovers, ModelErrors errors) {
    List<String> lead = new ArrayList<>();
    long never = count(crossovers, Crossover.Kind.NEVER);
    long always = count(crossovers, Crossover.Kind.ALWAYS);
    long crosses = count(crossovers, Crossover.Kind.CROSSES);
    if (crossovers.isEmpty()) {
      lead.add("There is no pair of a queue and a scan to compare.");
    } else {
      lead.add(
          "A queue and a scan were compared %s, each time over all numbers of changed pages: %s the queue is cheaper throughout, %s the scan, and %s it depends on the number."
              .formatted(
                  Units.count(crossovers.size(), "time"),
                  Units.count(never, "time"),
                  Units.count(always, "time"),
                  Units.count(crosses, "time")));
    }
    lead.add(
        result.isRight()
            ? "Every strategy found every page at every point."
            : "Some strategies missed pages: the table of missed and extra pages says which.");
    if (!errors.isEmpty()) {
      lead.add(
          "The simulated kernel's rounds of %s differ from the measured ones by %.0f %% (median of %s)."
              .formatted(
                  errors.strategies(),
                  PER_CENT * errors.median(),
                  Units.count(errors.clear().size() + errors.withinSpread().size())));
    }
    if (!result.isWhole()) {
      lead.add(
          "%s of %s points are measured."
              .formatted(
                  Units.count(result.points().size()), Units.count(result.plan().points().size())));
    }
    lead.add(
        "Costs are those of a round, finding the changed pages and arming them again, and what the"
            + " workload paid for its writes beyond what they cost without tracking. The perfect"
            + " tracker is told the pages and only arms them again: the floor.");
    return lead;
  }

  private static long count(List<Crossover> crossovers, Crossover.Kind kind) {
    return crossovers.stream().filter(each -> each.kind() == kind).count();
  }

  private static List<Page.Fact> facts(SurveyResult result) {
    List<Page.Fact> facts = new ArrayList<>();
    for (SurveyKernel kernel : result.plan().kernels()) {
      facts.add(
          new Page.Fact(
              "kernel",
              "%s %s, %s; %d rounds after %d of warm-up"
                  .formatted(
                      kernel.name(),
                      kernel.release(),
                      kernel.machine(),
                      kernel.rounds(),
                      kernel.warmup())));
    }
    facts.add(
        new Page.Fact(
            "grid",
            "%d sizes from %s to %s, patterns %s, seed %d"
                .formatted(
                    result.plan().sizes().size(),
                    bytes(result.plan().sizes().get(0).mappedPages()),
                    bytes(
                        result.plan().sizes().get(result.plan().sizes().size() - 1).mappedPages()),
                    result.plan().patterns().stream()
                        .map(PagePattern::label)
                        .reduce((one, other) -> one + ", " + other)
                        .orElse(""),
                    result.plan().seed())));
    if (result.plan().shards() > 1) {
      facts.add(new Page.Fact("shard", result.plan().shard() + " of " + result.plan().shards()));
    }
    return facts;
  }

  static String bytes(long pages) {
    return Units.bytes(Pages.address(pages));
  }

  static String nanos(double nanos) {
    return Units.nanos(Math.round(nanos));
  }

  private static Chart model(ModelErrors errors) {
    List<ModelError> all = new ArrayList<>(errors.clear());
    all.addAll(errors.withinSpread());
    Table.Builder table =
        Table.of(
            "",
            "",
            "strategy",
            "mapped",
            "changed pages",
            "pattern",
            "simulated",
            "measured",
            "error",
            "spread of the measurement");
    List<Shape.Line> clouds = new ArrayList<>();
    for (String name : all.stream().map(ModelError::name).distinct().toList()) {
      List<double[]> points = new ArrayList<>();
      for (ModelError error : all) {
        if (error.name().equals(name) && error.measuredNanos() > 0 && error.simulatedNanos() > 0) {
          points.add(new double[] {error.measuredNanos(), error.simulatedNanos()});
        }
      }
      clouds.add(new Shape.Line(name, points));
    }
    all.forEach(
        error ->
            table.row(
                error.name(),
                bytes(error.point().mappedPages()),
                Units.count(error.point().dirtyPages()),
                error.point().pattern().label(),
                nanos(error.simulatedNanos()),
                nanos(error.measuredNanos()),
                percent(error.relative()),
                percent(error.spread())));
    return new Chart(
        "The simulated kernel beside the running one",
        "A mark is a point of the grid and a strategy. On the dashed line both say the same.",
        new Shape.Clouds(
            new Shape.Axis("measured", Shape.Unit.NANOS, true),
            new Shape.Axis("simulated", Shape.Unit.NANOS, true),
            clouds),
        table.build());
  }

  private static String percent(double share) {
    return String.format(Locale.ROOT, "%.0f %%", PER_CENT * share);
  }

  private static Table crossovers(List<Crossover> crossovers) {
    Table.Builder table =
        Table.of(
            "Where the scan becomes cheaper",
            "Changed pages of a round from which on the scan costs less than the queue, between the"
                + " two numbers of the grid beside it.",
            "kernel",
            "mapped",
            "pattern",
            "queue",
            "scan",
            "changed pages",
            "share",
            "queue still",
            "scan from");
    for (Crossover each : crossovers) {
      boolean crosses = each.kind() == Crossover.Kind.CROSSES;
      table.row(
          each.kernel(),
          bytes(each.mappedPages()),
          each.pattern().label(),
          each.queue(),
          each.scan(),
          crosses
              ? Units.count(each.pages())
              : each.kind() == Crossover.Kind.NEVER ? "never" : "always",
          crosses ? share(each.pages(), each.mappedPages()) : "",
          each.below() > 0 ? Units.count(each.below()) : "",
          each.above() > 0 ? Units.count(each.above()) : "");
    }
    return table.build();
  }

  static String share(long pages, long mappedPages) {
    return String.format(Locale.ROOT, "%.3g %%", PER_CENT * pages / mappedPages);
  }

  private static Table judged(SurveyResult result) {
    Table.Builder table =
        Table.of(
            "Missed and extra pages",
            "Sums over all points and rounds. Missed: written and not told. Extra: told and not written.",
            "kernel",
            "strategy",
            "points",
            "missed",
            "extra",
            "wrong copies");
    for (SurveyKernel kernel : result.plan().kernels()) {
      for (String name : kernel.rowNames()) {
        List<SurveyRow> rows =
            result.points().stream()
                .filter(point -> point.point().kernel().equals(kernel.name()))
                .flatMap(point -> point.row(name).stream())
                .toList();
        table.row(
            kernel.name(),
            name,
            Units.count(rows.size()),
            Units.count(rows.stream().mapToLong(SurveyRow::missed).sum()),
            Units.count(rows.stream().mapToLong(SurveyRow::extra).sum()),
            Units.count(rows.stream().mapToLong(SurveyRow::copyMismatches).sum()));
      }
    }
    return table.build();
  }

  private static Table points(SurveyResult result) {
    Table.Builder table =
        Table.of(
            "All points",
            "Medians of the rounds. With writes: the round, and what the writes cost beyond what they"
                + " cost without tracking. A star: measured once for this size, and the same for all.",
            "kernel",
            "mapped",
            "pattern",
            "changed pages",
            "strategy",
            "a round",
            "a first write",
            "with writes");
    for (MeasuredPoint point : result.points()) {
      for (SurveyRow row : point.rows()) {
        table.row(
            point.point().kernel(),
            bytes(point.point().mappedPages()),
            point.point().pattern().label(),
            Units.count(point.point().dirtyPages()),
            row.name(),
            nanos(row.round().median()) + (row.reused() ? " *" : ""),
            nanos(row.write().median()),
            nanos(point.total(row).median()));
      }
    }
    return table.build();
  }

  private static Table kernels(SurveyResult result) {
    Table.Builder table =
        Table.of("What the kernels give", "", "kernel", "capability", "there", "seen by");
    for (SurveyKernel kernel : result.plan().kernels()) {
      kernel.has().forEach(name -> table.row(kernel.name(), name, "yes", ""));
      kernel.hasNot().forEach((name, why) -> table.row(kernel.name(), name, "no", why));
    }
    return table.build();
  }
}
