package io.github.dirtyrange.report.html;

import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.lab.result.LiveResult;
import io.github.dirtyrange.lab.result.LiveStrategyResult;
import io.github.dirtyrange.lab.result.NotTracked;
import io.github.dirtyrange.lab.result.StrategyResult;
import io.github.dirtyrange.lab.result.Units;
import io.github.dirtyrange.track.Strategy;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/** A comparison on a live process as a page. */
public final class LiveComparisonPage {

  private static final Shape.Axis ROUND = new Shape.Axis("a round", Shape.Unit.NANOS, true);
  private static final Shape.Axis STOPPED =
      new Shape.Axis("the process stood still", Shape.Unit.NANOS, true);

  private LiveComparisonPage() {}

  /** {@return the file} */
  public static String render(LiveResult result, Origin origin) {
    return HtmlReport.render(of(result, origin));
  }

  static Page of(LiveResult result, Origin origin) {
    List<LiveStrategyResult> live = result.strategies();
    List<StrategyResult> rows = live.stream().map(LiveStrategyResult::work).toList();
    List<Table> tables = new ArrayList<>(List.of(judged(live)));
    Table.Builder causes = PageParts.causes(rows);
    if (!causes.isEmpty()) {
      tables.add(causes.build());
    }
    if (!result.notTracked().isEmpty()) {
      tables.add(notTracked(result.notTracked()));
    }
    tables.add(PageParts.strategies(rows));
    tables.add(PageParts.capabilities(result.capabilities()));
    return new Page(
        "Scan or queue on process %d (%s)"
            .formatted(result.process().pid(), result.process().name()),
        lead(result, rows),
        origin,
        facts(result),
        List.of(times(live, rows), stops(live, rows), PageParts.pages(rows)),
        tables);
  }

  private static List<String> lead(LiveResult result, List<StrategyResult> rows) {
    List<String> lead = new ArrayList<>();
    rows.stream()
        .filter(row -> row.strategy() != Strategy.PERFECT)
        .min(Comparator.comparingLong(StrategyResult::roundP50Nanos))
        .ifPresent(
            best ->
                lead.add(
                    "%s found the changed pages soonest: %s a round, %s pages told."
                        .formatted(
                            best.name(),
                            Units.nanos(best.roundP50Nanos()),
                            Units.count(best.pagesReported()))));
    lead.add(
        result.isRight()
            ? "Every strategy found every page in its first answer."
            : rows.stream()
                .filter(row -> row.missed() > 0)
                .map(row -> row.name() + " missed " + Units.count(row.missed()) + " pages.")
                .collect(Collectors.joining(" ")));
    lead.add(
        "In turn each strategy has the process for an interval; then it stands still for the"
            + " answer, and for two looks at what really changed. The perfect tracker is told what"
            + " the scan found and only arms that again: the floor.");
    return lead;
  }

  private static List<Page.Fact> facts(LiveResult result) {
    return List.of(
        new Page.Fact("kernel", result.kernelName() + " " + result.kernelRelease()),
        new Page.Fact(
            "process",
            "%d (%s), %s mapped, %s in memory"
                .formatted(
                    result.process().pid(),
                    result.process().name(),
                    Units.bytes(Pages.address(result.process().mappedPages())),
                    Units.bytes(Pages.address(result.process().presentPages())))),
        new Page.Fact(
            "rounds",
            "%d of %d, an interval of %s for each strategy"
                .formatted(
                    result.roundsDone(),
                    result.plan().rounds(),
                    Units.nanos(result.plan().intervalNanos()))),
        new Page.Fact(
            "compared by bytes",
            "%s of %s private pages at a stop"
                .formatted(
                    Units.count(result.comparedPages()), Units.count(result.privatePages()))),
        new Page.Fact(
            "stood still at first",
            Units.nanos(result.openingNanos()) + ", to be armed and looked at"));
  }

  private static Chart times(List<LiveStrategyResult> live, List<StrategyResult> rows) {
    return new Chart(
        "What a round costs, and how long the process stands still for it",
        "Finding the changed pages and arming them again. Standing still is for that and for the"
            + " two looks at what really changed, which tracking alone does not need.",
        new Shape.Dots(
            new Shape.Axis("time", Shape.Unit.NANOS, true),
            PageParts.names(rows),
            List.of(
                PageParts.marks(
                    "half of the rounds",
                    rows.stream().map(StrategyResult::roundP50Nanos).toList()),
                PageParts.marks(
                    "99 of 100", rows.stream().map(StrategyResult::roundP99Nanos).toList()),
                PageParts.marks(
                    "stood still", live.stream().map(LiveStrategyResult::stoppedNanos).toList())),
            ComparisonPage.floor(rows)),
        timesTable(live));
  }

  private static Table timesTable(List<LiveStrategyResult> live) {
    Table.Builder table =
        Table.of("", "", "strategy", "half of the rounds", "99 of 100", "stood still");
    live.forEach(
        row ->
            table.row(
                row.work().name(),
                Units.nanos(row.work().roundP50Nanos()),
                Units.nanos(row.work().roundP99Nanos()),
                Units.nanos(row.stoppedNanos())));
    return table.build();
  }

  private static Chart stops(List<LiveStrategyResult> live, List<StrategyResult> rows) {
    List<Shape.Point> points = new ArrayList<>();
    for (LiveStrategyResult row : live) {
      if (row.stoppedNanos() > 0 && row.work().roundP50Nanos() > 0) {
        points.add(
            new Shape.Point(row.work().name(), row.stoppedNanos(), row.work().roundP50Nanos()));
      }
    }
    return new Chart(
        "Who pays: the tracker, or the process that is tracked",
        "Down is cheap for the tracker, left is cheap for the process. The dashed line is the floor.",
        new Shape.Points(STOPPED, ROUND, points, ComparisonPage.floor(rows)),
        timesTable(live));
  }

  private static Table judged(List<LiveStrategyResult> live) {
    Table.Builder table =
        Table.of(
            "Missed and extra pages",
            "Missed: what either look has and the answer has not. By scan: the page table says that"
                + " it was written. By bytes: it holds other bytes. After exact: what an exact scan at"
                + " the same stop did not tell either. Extra: told, and nobody says that it changed."
                + " Sums over the rounds.",
            "strategy",
            "missed",
            "by scan",
            "by bytes",
            "after exact",
            "extra",
            "scans after loss",
            "scans by choice",
            "missed pages were");
    for (LiveStrategyResult row : live) {
      StrategyResult work = row.work();
      table.row(
          work.name(),
          Units.count(work.missed()),
          Units.count(row.missedByScan()),
          Units.count(row.missedByContent()),
          Units.count(row.missedAfterExact()),
          Units.count(work.extra()),
          Units.count(work.fallbackRounds()),
          Units.count(work.scannedByChoice()),
          row.causes().entrySet().stream()
              .map(cause -> cause.getKey().label() + " " + Units.count(cause.getValue()))
              .collect(Collectors.joining(", ")));
    }
    return table.build();
  }

  private static Table notTracked(List<NotTracked> all) {
    Table.Builder table = Table.of("What no verdict is about", "", "mapping", "pages", "why");
    all.forEach(each -> table.row(each.mapping(), Units.count(each.pages()), each.why()));
    return table.build();
  }
}
