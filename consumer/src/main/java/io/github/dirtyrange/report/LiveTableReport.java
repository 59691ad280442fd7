package io.github.dirtyrange.report;

import io.github.dirtyrange.lab.result.LivePlan;
import io.github.dirtyrange.lab.result.LiveResult;
import io.github.dirtyrange.lab.result.LiveStrategyResult;
import io.github.dirtyrange.lab.result.NotTracked;
import io.github.dirtyrange.lab.result.StrategyResult;
import io.github.dirtyrange.lab.result.Units;
import io.github.dirtyrange.track.Strategy;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A comparison on a live process as a table for people, with what is needed to read it, in lines of
 * at most 100 columns.
 */
public final class LiveTableReport implements LiveComparisonReport {

  private static final List<String> HEADINGS =
      List.of(
          "strategy",
          "reported",
          "missed",
          "extra",
          "round p50",
          "round p99",
          "stopped",
          "vs pagemap");

  /** Counts from here on would make the table wider than a line may be. */
  private static final long TOO_LONG = 1_000_000_000;

  private static final String HOW_TO_READ =
      """
      How to read it: a round is finding the changed pages and arming them again, on the process that
      stands still. Stopped is how long it stood for that and for the truths. Inspected, reported and
      times are of a round (median), the other counts are sums over the rounds. Missed is what either
      truth has and the answer has not: by scan, what the page table says was written; by bytes, what
      holds other bytes than at the stop before. After exact: what an exact scan did not tell either.
      Scans after loss and by choice are rounds of a queue that looked at everything: since records
      had been lost, or since that was cheaper. Perfect is told what the scan found.
      """;

  @Override
  public String render(LiveResult result) {
    List<StrategyResult> rows = result.strategies().stream().map(LiveStrategyResult::work).toList();
    StringBuilder text = new StringBuilder();
    ReportParts.appendKernel(
        text, result.kernelName() + " " + result.kernelRelease(), result.capabilities(), rows);
    appendProcess(text, result);
    text.append('\n');
    appendTable(text, result);
    text.append('\n');
    appendDetails(text, result);
    text.append('\n');
    ReportParts.appendClaims(text, rows);
    ReportParts.appendLaws(text, rows);
    appendMissed(text, result);
    appendNotTracked(text, result);
    text.append('\n');
    ReportParts.appendStandIn(text, result.capabilities(), rows);
    text.append(HOW_TO_READ);
    text.append('\n');
    appendVerdict(text, result);
    return text.toString();
  }

  /** The last line. */
  private static void appendVerdict(StringBuilder text, LiveResult result) {
    String missed =
        result.strategies().stream()
            .filter(row -> row.work().missed() > 0)
            .map(LiveTableReport::fault)
            .collect(Collectors.joining("\n"));
    text.append(missed.isEmpty() ? "Every strategy found every page." : missed).append('\n');
  }

  private static String fault(LiveStrategyResult row) {
    StrategyResult work = row.work();
    String missed = work.name() + " MISSED " + Units.count(work.missed()) + " pages";
    return work.strategy() == Strategy.QUEUE
        ? missed + "; after its exact drain, " + Units.count(row.missedAfterExact()) + "."
        : missed + ".";
  }

  private static void appendProcess(StringBuilder text, LiveResult result) {
    LivePlan plan = result.plan();
    ReportParts.line(
        text,
        "process",
        String.format(
            Locale.ROOT,
            "%d (%s), %,d pages mapped, %,d present",
            result.process().pid(),
            result.process().name(),
            result.process().mappedPages(),
            result.process().presentPages()));
    String rounds =
        result.roundsDone() == plan.rounds()
            ? Integer.toString(plan.rounds())
            : result.roundsDone() + " of " + plan.rounds();
    ReportParts.line(
        text,
        "rounds",
        rounds
            + ", in each an interval of "
            + Units.nanos(plan.intervalNanos())
            + " a strategy; stopped for "
            + Units.nanos(result.openingNanos())
            + " to begin");
    ReportParts.line(text, "bytes", compared(result));
  }

  private static String compared(LiveResult result) {
    String which = result.plan().comparesAll() ? "all" : "a sample";
    return String.format(
        Locale.ROOT,
        "%s of the private pages compared at each stop: %,d of %,d",
        which,
        result.comparedPages(),
        result.privatePages());
  }

  private static void appendTable(StringBuilder text, LiveResult result) {
    TextTable table = new TextTable();
    table.row(HEADINGS);
    long pagemapNanos = pagemap(result).map(StrategyResult::roundP50Nanos).orElse(0L);
    for (LiveStrategyResult row : result.strategies()) {
      StrategyResult work = row.work();
      table.row(
          List.of(
              work.name(),
              count(work.pagesReported()),
              count(work.missed()),
              count(work.extra()),
              Units.nanos(work.roundP50Nanos()),
              Units.nanos(work.roundP99Nanos()),
              Units.nanos(row.stoppedNanos()),
              pagemapNanos == 0 ? "-" : Units.ratio(work.roundP50Nanos(), pagemapNanos)));
    }
    table.appendTo(text);
  }

  private static String count(long pages) {
    return pages < TOO_LONG
        ? Units.count(pages)
        : String.format(Locale.ROOT, "%.2e", (double) pages);
  }

  /** What the table has no room for: a text a strategy, of what is not 0. */
  private static void appendDetails(StringBuilder text, LiveResult result) {
    int width = ReportParts.widthOfNames(names(result));
    for (LiveStrategyResult row : result.strategies()) {
      ReportParts.line(text, width, row.work().name(), String.join("; ", details(row)));
    }
  }

  private static Stream<String> names(LiveResult result) {
    return result.strategies().stream().map(row -> row.work().name());
  }

  private static List<String> details(LiveStrategyResult row) {
    StrategyResult work = row.work();
    List<String> details = new ArrayList<>();
    details.add("inspected " + Units.count(work.pagesInspected()));
    if (work.missed() > 0) {
      details.add(missed(row));
    }
    ReportParts.addDetails(details, work);
    return details;
  }

  private static String missed(LiveStrategyResult row) {
    return String.format(
        Locale.ROOT,
        "missed by scan %,d, by bytes %,d, after exact %,d",
        row.missedByScan(),
        row.missedByContent(),
        row.missedAfterExact());
  }

  private static Optional<StrategyResult> pagemap(LiveResult result) {
    return result.strategies().stream()
        .map(LiveStrategyResult::work)
        .filter(work -> work.strategy() == Strategy.PAGEMAP)
        .findFirst();
  }

  private static void appendMissed(StringBuilder text, LiveResult result) {
    for (LiveStrategyResult row : result.strategies()) {
      if (!row.causes().isEmpty()) {
        String causes =
            row.causes().entrySet().stream()
                .map(each -> each.getKey().label() + " " + Units.count(each.getValue()))
                .collect(Collectors.joining(", ", row.work().name() + ": ", " pages"));
        ReportParts.line(text, "missed", causes);
      }
    }
  }

  /** A line a reason: a process has dozens of files mapped. JSON has the mappings. */
  private static void appendNotTracked(StringBuilder text, LiveResult result) {
    Map<String, List<NotTracked>> byReason =
        result.notTracked().stream()
            .collect(
                Collectors.groupingBy(NotTracked::why, LinkedHashMap::new, Collectors.toList()));
    byReason.forEach((why, all) -> ReportParts.line(text, "not tracked", who(all) + ": " + why));
  }

  private static String who(List<NotTracked> all) {
    long pages = all.stream().mapToLong(NotTracked::pages).sum();
    String others = all.size() == 1 ? "" : " and " + (all.size() - 1) + " more";
    return all.get(0).mapping() + others + ", " + Units.count(pages) + " pages";
  }
}
