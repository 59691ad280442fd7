package io.github.dirtyrange.report.html;

import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.lab.result.ComparisonPlan;
import io.github.dirtyrange.lab.result.ComparisonResult;
import io.github.dirtyrange.lab.result.StrategyResult;
import io.github.dirtyrange.lab.result.TargetState;
import io.github.dirtyrange.lab.result.Units;
import io.github.dirtyrange.track.Strategy;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A comparison as a page. */
public final class ComparisonPage {

  private static final Shape.Axis ROUND = new Shape.Axis("a round", Shape.Unit.NANOS, true);
  private static final Shape.Axis WRITE =
      new Shape.Axis("a first write of the process", Shape.Unit.NANOS, true);

  private ComparisonPage() {}

  /** {@return the file} */
  public static String render(ComparisonResult result, Origin origin) {
    return HtmlReport.render(of(result, origin));
  }

  static Page of(ComparisonResult result, Origin origin) {
    List<StrategyResult> rows = result.strategies();
    List<Chart> charts = new ArrayList<>();
    if (rows.stream().allMatch(row -> row.writeNanos() > 0 && row.roundP50Nanos() > 0)) {
      charts.add(bothSides(rows));
    }
    charts.add(rounds(rows));
    charts.add(PageParts.pages(rows));
    List<Table> tables = new ArrayList<>(List.of(judged(result)));
    Table.Builder causes = PageParts.causes(rows);
    if (!causes.isEmpty()) {
      tables.add(causes.build());
    }
    tables.add(PageParts.strategies(rows));
    tables.add(PageParts.capabilities(result.capabilities()));
    return new Page(
        "Scan or queue: "
            + Units.count(result.plan().workload().dirtyPages())
            + " pages of "
            + Units.bytes(Pages.address(result.plan().workload().mappedPages())),
        lead(result),
        origin,
        facts(result),
        charts,
        tables);
  }

  private static List<String> lead(ComparisonResult result) {
    List<String> lead = new ArrayList<>();
    List<StrategyResult> real =
        result.strategies().stream().filter(row -> row.strategy() != Strategy.PERFECT).toList();
    Optional<StrategyResult> best =
        real.stream().min(Comparator.comparingLong(StrategyResult::roundP50Nanos));
    Optional<StrategyResult> worst =
        real.stream().max(Comparator.comparingLong(StrategyResult::roundP50Nanos));
    if (best.isPresent() && worst.isPresent() && real.size() > 1) {
      lead.add(
          "%s found the changed pages soonest: %s a round, where %s took %s."
              .formatted(
                  best.get().name(),
                  Units.nanos(best.get().roundP50Nanos()),
                  worst.get().name(),
                  Units.nanos(worst.get().roundP50Nanos())));
    }
    lead.add(verdict(result));
    lead.add(
        "A round is finding the changed pages and arming them again. The perfect tracker is told"
            + " the pages and only arms them: the floor, unless a kernel finds and arms in one call."
            + " The process pays for tracking too: its first write to each armed page is a fault.");
    return lead;
  }

  private static String verdict(ComparisonResult result) {
    if (result.isRight()) {
      return "Every strategy found every page.";
    }
    List<String> faults = new ArrayList<>();
    for (StrategyResult row : result.strategies()) {
      if (row.missed() > 0) {
        faults.add(row.name() + " missed " + Units.count(row.missed()) + " pages.");
      }
      if (row.copyMismatches() > 0) {
        faults.add(
            row.name() + " has wrong copies of " + Units.count(row.copyMismatches()) + " pages.");
      }
    }
    return String.join(" ", faults);
  }

  private static List<Page.Fact> facts(ComparisonResult result) {
    ComparisonPlan plan = result.plan();
    return List.of(
        new Page.Fact("kernel", result.kernelName() + " " + result.kernelRelease()),
        new Page.Fact(
            "workload",
            "%s mapped, %s pages populated; %s written a round, %s, seed %d"
                .formatted(
                    Units.bytes(Pages.address(plan.workload().mappedPages())),
                    Units.count(result.populatedPages()),
                    Units.count(plan.workload().dirtyPages()),
                    plan.workload().pattern().label(),
                    plan.workload().seed())),
        new Page.Fact(
            "rounds",
            "%d of %d, after %d of warm-up; the workload %s meanwhile"
                .formatted(
                    result.roundsDone(),
                    plan.rounds(),
                    plan.warmup(),
                    plan.state() == TargetState.BUSY ? "writes on" : "waits")));
  }

  private static Chart bothSides(List<StrategyResult> rows) {
    Table.Builder table =
        Table.of("", "Of a round (median).", "strategy", "a round", "a first write");
    rows.forEach(
        row ->
            table.row(row.name(), Units.nanos(row.roundP50Nanos()), Units.nanos(row.writeNanos())));
    return new Chart(
        "Who pays: the tracker, or the process that is tracked",
        "Down is cheap for the tracker, left is cheap for the process. The dashed line is the floor.",
        new Shape.Points(
            WRITE,
            ROUND,
            rows.stream()
                .map(row -> new Shape.Point(row.name(), row.writeNanos(), row.roundP50Nanos()))
                .toList(),
            floor(rows)),
        table.build());
  }

  private static Chart rounds(List<StrategyResult> rows) {
    Table.Builder table =
        Table.of("", "", "strategy", "half of the rounds", "99 of 100", "of it arming again");
    rows.forEach(
        row ->
            table.row(
                row.name(),
                Units.nanos(row.roundP50Nanos()),
                Units.nanos(row.roundP99Nanos()),
                row.rearmsApart() ? Units.nanos(row.rearmP50Nanos()) : ""));
    return new Chart(
        "What a round costs",
        "Half of the rounds, and 99 of 100, took no longer. Each line of the grid is ten times the"
            + " one before.",
        new Shape.Dots(
            ROUND,
            PageParts.names(rows),
            List.of(
                PageParts.marks(
                    "half of the rounds",
                    rows.stream().map(StrategyResult::roundP50Nanos).toList()),
                PageParts.marks(
                    "99 of 100", rows.stream().map(StrategyResult::roundP99Nanos).toList())),
            floor(rows)),
        table.build());
  }

  static Shape.@Nullable Floor floor(List<StrategyResult> rows) {
    return rows.stream()
        .filter(row -> row.strategy() == Strategy.PERFECT && row.roundP50Nanos() > 0)
        .findFirst()
        .map(row -> new Shape.Floor("floor", row.roundP50Nanos()))
        .orElse(null);
  }

  private static Table judged(ComparisonResult result) {
    Table.Builder table =
        Table.of(
            "Missed and extra pages",
            "Missed: written and not told. Extra: told and not written. Sums over the rounds.",
            "strategy",
            "missed",
            "extra",
            "wrong copies",
            "copied",
            "scans after loss",
            "scans by choice");
    for (StrategyResult row : result.strategies()) {
      table.row(
          row.name(),
          Units.count(row.missed()),
          Units.count(row.extra()),
          Units.count(row.copyMismatches()),
          Units.bytes(row.copiedBytes()),
          Units.count(row.fallbackRounds()),
          Units.count(row.scannedByChoice()));
    }
    return table.build();
  }
}
