package io.github.dirtyrange.report;

import io.github.dirtyrange.kernel.Capability;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.lab.result.ComparisonPlan;
import io.github.dirtyrange.lab.result.ComparisonResult;
import io.github.dirtyrange.lab.result.StrategyResult;
import io.github.dirtyrange.lab.result.TargetState;
import io.github.dirtyrange.lab.result.Units;
import io.github.dirtyrange.track.Strategy;
import io.github.dirtyrange.workload.WorkloadPlan;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** A comparison as a table for people, with what is needed to read it. */
public final class TableReport implements ComparisonReport {

  private static final List<String> HEADINGS =
      List.of(
          "strategy",
          "inspected",
          "reported",
          "missed",
          "extra",
          "after loss",
          "by choice",
          "round p50",
          "p99",
          "per write",
          "queue",
          "vs pagemap");

  private static final int LABEL_WIDTH = 12;

  private static final String HOW_TO_READ =
      """
      How to read it: a round is finding the changed pages and arming them again. Inspected, reported
      and times are of a round (median), the other counts are sums over the rounds. Perfect is told
      the pages and only arms them again: the floor, unless a kernel drains and re-arms in one call.
      """;

  private static final String HOW_TO_READ_BUSY =
      """
      The workload wrote on during the rounds: missed and extra are judged after a final exact scan.
      For a strategy that does not claim L1 it was stopped, but only while that strategy worked.
      """;

  @Override
  public String render(ComparisonResult result) {
    StringBuilder text = new StringBuilder();
    appendKernel(text, result);
    appendWorkload(text, result);
    text.append('\n');
    appendTable(text, result);
    text.append('\n');
    appendClaims(text, result);
    text.append('\n');
    appendNotes(text, result);
    return text.toString();
  }

  private static void appendKernel(StringBuilder text, ComparisonResult result) {
    line(text, "kernel", result.kernelName() + " " + result.kernelRelease());
    String available =
        result.capabilities().all().stream()
            .filter(Capability::available)
            .map(Capability::name)
            .collect(Collectors.joining(", "));
    line(text, "has", available.isEmpty() ? "nothing that was probed" : available);
    for (Capability capability : result.capabilities().all()) {
      if (!capability.available()) {
        line(text, "has not", capability.name() + ": " + capability.detail());
      }
    }
    for (Strategy strategy : Strategy.values()) {
      Optional<Capability> lacking = strategy.lacking(result.capabilities());
      if (lacking.isPresent() && result.of(strategy).isEmpty()) {
        line(text, "not run", strategy.label() + ", which needs " + lacking.get().name());
      }
    }
  }

  private static void appendWorkload(StringBuilder text, ComparisonResult result) {
    ComparisonPlan plan = result.plan();
    WorkloadPlan workload = plan.workload();
    line(
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
    line(
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
              Units.count(row.fallbackRounds()),
              Units.count(row.scannedByChoice()),
              Units.nanos(row.roundP50Nanos()),
              Units.nanos(row.roundP99Nanos()),
              Units.nanos(row.writeNanos()),
              Units.bytes(row.queueBytes()),
              pagemapNanos == 0 ? "-" : Units.ratio(row.roundP50Nanos(), pagemapNanos)));
    }
    table.appendTo(text);
  }

  private static void appendClaims(StringBuilder text, ComparisonResult result) {
    int width = result.strategies().stream().mapToInt(row -> row.name().length()).max().orElse(0);
    for (StrategyResult row : result.strategies()) {
      line(text, width, row.name(), row.mechanism());
      line(text, width, "", "claims " + row.claims());
    }
    for (StrategyResult row : result.strategies()) {
      if (row.rearmsApart()) {
        line(text, "arming again", rearming(row));
      }
    }
    for (StrategyResult row : result.strategies()) {
      if (!row.causes().pages().isEmpty()) {
        line(text, "changed by", changed(row));
      }
    }
  }

  private static String changed(StrategyResult row) {
    return row.causes().pages().entrySet().stream()
        .map(count -> count.getKey().title() + " " + Units.count(count.getValue()))
        .collect(Collectors.joining(", ", row.name() + ": ", " pages"));
  }

  private static String rearming(StrategyResult row) {
    return String.format(
        Locale.ROOT,
        "%s: %s, %.0f%% of its round",
        row.name(),
        Units.nanos(row.rearmP50Nanos()),
        100.0 * row.rearmP50Nanos() / row.roundP50Nanos());
  }

  private static void appendNotes(StringBuilder text, ComparisonResult result) {
    if (result.of(Strategy.PAGEMAP).isPresent()
        && !result.capabilities().has(Capability.SOFT_DIRTY)) {
      text.append("This kernel has no soft-dirty: bit 57 of pagemap (write-protect) stands in for")
          .append(" bit 55, read at the same cost.\n");
    }
    text.append(HOW_TO_READ);
    if (result.plan().state() == TargetState.BUSY) {
      text.append(HOW_TO_READ_BUSY);
    }
    appendVerdict(text, result);
  }

  private static void appendVerdict(StringBuilder text, ComparisonResult result) {
    long copied = result.strategies().stream().mapToLong(StrategyResult::copiedBytes).sum();
    long wrong = result.strategies().stream().mapToLong(StrategyResult::copyMismatches).sum();
    text.append(Units.bytes(copied))
        .append(" of reported pages copied and compared with what was written: ")
        .append(wrong == 0 ? "all equal" : "pages that differ: " + Units.count(wrong))
        .append(".\n");
  }

  private static void line(StringBuilder text, String label, String value) {
    line(text, 0, label, value);
  }

  private static void line(StringBuilder text, int width, String label, String value) {
    String padded = String.format("%-" + Math.max(LABEL_WIDTH, width) + "s", label);
    text.append(padded).append("  ").append(value).append('\n');
  }
}
