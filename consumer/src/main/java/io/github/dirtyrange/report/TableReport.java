package io.github.dirtyrange.report;

import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.lab.result.ComparisonPlan;
import io.github.dirtyrange.lab.result.ComparisonResult;
import io.github.dirtyrange.lab.result.StrategyResult;
import io.github.dirtyrange.lab.result.TargetState;
import io.github.dirtyrange.lab.result.Units;
import io.github.dirtyrange.track.Strategy;
import io.github.dirtyrange.workload.WorkloadPlan;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** A comparison as a table for people, with what is needed to read it. */
public final class TableReport implements ComparisonReport {

  private static final List<String> HEADINGS =
      List.of(
          "strategy",
          "inspected",
          "reported",
          "missed",
          "extra",
          "round p50",
          "p99",
          "per write",
          "vs pagemap");

  private static final String HOW_TO_READ =
      """
      How to read it: a round is finding the changed pages and arming them again. Inspected, reported
      and times are of a round (median), the other counts are sums over the rounds. Perfect is told
      the pages and only arms them again: the floor, unless a kernel drains and re-arms in one call.
      Per write is what the workload pays for the first write to a page that was armed, a page fault;
      a write to one that was not takes some nanoseconds.
      """;

  private static final String HOW_TO_READ_BUSY =
      """
      The workload wrote on during the rounds: missed and extra are judged after a final exact scan.
      For a strategy that does not claim L1 it was stopped, but only while that strategy worked.
      """;

  @Override
  public String render(ComparisonResult result) {
    StringBuilder text = new StringBuilder();
    ReportParts.appendKernel(
        text,
        result.kernelName() + " " + result.kernelRelease(),
        result.capabilities(),
        result.strategies());
    appendWorkload(text, result);
    text.append('\n');
    appendTable(text, result);
    text.append('\n');
    appendDetails(text, result.strategies());
    ReportParts.appendClaims(text, result.strategies());
    ReportParts.appendLaws(text, result.strategies());
    text.append('\n');
    appendNotes(text, result);
    return text.toString();
  }

  private static void appendWorkload(StringBuilder text, ComparisonResult result) {
    ComparisonPlan plan = result.plan();
    WorkloadPlan workload = plan.workload();
    ReportParts.line(
        text,
        "workload",
        String.format(
            Locale.ROOT,
            "%s mapped, %,d of %,d pages populated%s; %,d written a round, %s, seed %d",
            Units.bytes(Pages.address(workload.mappedPages())),
            result.populatedPages(),
            workload.mappedPages(),
            result.startsInHugePages() ? ", in huge pages" : "",
            workload.dirtyPages(),
            workload.pattern().label(),
            workload.seed()));
    String rounds =
        result.roundsDone() == plan.rounds()
            ? Integer.toString(plan.rounds())
            : result.roundsDone() + " of " + plan.rounds();
    String state = plan.state() == TargetState.BUSY ? "writes on" : "waits";
    ReportParts.line(
        text,
        "rounds",
        rounds + " after " + plan.warmup() + " of warm-up; the workload " + state + " meanwhile");
  }

  private static void appendTable(StringBuilder text, ComparisonResult result) {
    TextTable table = new TextTable();
    table.row(HEADINGS);
    long pagemapNanos = result.of(Strategy.PAGEMAP).map(StrategyResult::roundP50Nanos).orElse(0L);
    for (StrategyResult row : result.strategies()) {
      table.row(
          List.of(
              row.name(),
              Units.count(row.pagesInspected()),
              Units.count(row.pagesReported()),
              Units.count(row.missed()),
              Units.count(row.extra()),
              Units.nanos(row.roundP50Nanos()),
              Units.nanos(row.roundP99Nanos()),
              Units.nanos(row.writeNanos()),
              pagemapNanos == 0 ? "-" : Units.ratio(row.roundP50Nanos(), pagemapNanos)));
    }
    table.appendTo(text);
  }

  private static void appendDetails(StringBuilder text, List<StrategyResult> rows) {
    int width = ReportParts.widthOfNames(rows.stream().map(StrategyResult::name));
    boolean some = false;
    for (StrategyResult row : rows) {
      List<String> details = new ArrayList<>();
      ReportParts.addDetails(details, row);
      if (!details.isEmpty()) {
        ReportParts.line(text, width, row.name(), String.join("; ", details));
        some = true;
      }
    }
    text.append(some ? "\n" : "");
  }

  private static void appendNotes(StringBuilder text, ComparisonResult result) {
    ReportParts.appendStandIn(text, result.capabilities(), result.strategies());
    text.append(HOW_TO_READ);
    if (result.plan().state() == TargetState.BUSY) {
      text.append(HOW_TO_READ_BUSY);
    }
    text.append('\n');
    appendVerdict(text, result);
  }

  /** The last lines: what was copied, and whether all was right. */
  private static void appendVerdict(StringBuilder text, ComparisonResult result) {
    List<StrategyResult> rows = result.strategies();
    long copied = rows.stream().mapToLong(StrategyResult::copiedBytes).sum();
    text.append(Units.bytes(copied))
        .append(" of pages that were told, copied and compared with what was written.\n");
    List<String> faults = rows.stream().flatMap(row -> faults(row, result)).toList();
    text.append(faults.isEmpty() ? "Every strategy found every page." : String.join("\n", faults));
    text.append('\n');
  }

  private static Stream<String> faults(StrategyResult row, ComparisonResult result) {
    List<String> faults = new ArrayList<>();
    if (row.missed() > 0) {
      faults.add(row.name() + " MISSED " + Units.count(row.missed()) + written(result));
    }
    if (row.copyMismatches() > 0) {
      faults.add(
          row.name() + " has WRONG COPIES of " + Units.count(row.copyMismatches()) + " pages.");
    }
    return faults.stream();
  }

  /** A workload that writes on writes as many as it can. */
  private static String written(ComparisonResult result) {
    long pages = (long) result.plan().workload().dirtyPages() * result.roundsDone();
    return result.plan().state() == TargetState.BUSY
        ? " pages."
        : " of " + Units.count(pages) + " pages.";
  }
}
