package io.github.dirtyrange.report;

import io.github.dirtyrange.kernel.CauseCounts;
import io.github.dirtyrange.lab.result.ComparisonPlan;
import io.github.dirtyrange.lab.result.ComparisonResult;
import io.github.dirtyrange.lab.result.StrategyResult;
import io.github.dirtyrange.lab.result.TargetState;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A comparison as comma-separated values: a line of headings, then one a strategy. Each repeats
 * what was run, so that the lines of many comparisons can be put together.
 */
public final class CsvReport implements ComparisonReport {

  private static final List<String> HEADINGS =
      List.of(
          "kernel",
          "release",
          "mappedPages",
          "populatedPages",
          "dirtyPages",
          "pattern",
          "rounds",
          "warmup",
          "busy",
          "seed",
          "strategy",
          "pagesInspected",
          "pagesReported",
          "missed",
          "extra",
          "fallbackRounds",
          "scannedByChoice",
          "roundNanosP50",
          "roundNanosP99",
          "rearmNanosP50",
          "writeNanos",
          "queueBytes",
          "copiedBytes",
          "copyMismatches",
          "causes");

  @Override
  public String render(ComparisonResult result) {
    StringBuilder text = new StringBuilder();
    appendRow(text, HEADINGS.stream());
    for (StrategyResult row : result.strategies()) {
      appendRow(text, Stream.concat(experiment(result), measured(row)));
    }
    return text.toString();
  }

  private static Stream<Object> experiment(ComparisonResult result) {
    ComparisonPlan plan = result.plan();
    return Stream.of(
        result.kernelName(),
        result.kernelRelease(),
        plan.workload().mappedPages(),
        result.populatedPages(),
        plan.workload().dirtyPages(),
        plan.workload().pattern().label(),
        result.roundsDone(),
        plan.warmup(),
        plan.state() == TargetState.BUSY,
        plan.workload().seed());
  }

  private static Stream<Object> measured(StrategyResult row) {
    return Stream.of(
        row.name(),
        row.pagesInspected(),
        row.pagesReported(),
        row.missed(),
        row.extra(),
        row.fallbackRounds(),
        row.scannedByChoice(),
        row.roundP50Nanos(),
        row.roundP99Nanos(),
        row.rearmP50Nanos(),
        row.writeNanos(),
        row.queueBytes(),
        row.copiedBytes(),
        row.copyMismatches(),
        causes(row.causes()));
  }

  /** {@return as "fault=1000;copy on write=20", empty where the kernel does not know} */
  static String causes(CauseCounts causes) {
    return causes.pages().entrySet().stream()
        .map(count -> count.getKey().title() + '=' + count.getValue())
        .collect(Collectors.joining(";"));
  }

  /** Appends a line of values. */
  static void appendRow(StringBuilder text, Stream<?> cells) {
    text.append(cells.map(CsvReport::cell).collect(Collectors.joining(","))).append('\n');
  }

  /** Quotes what needs it, as RFC 4180 has it. */
  private static String cell(Object value) {
    String text = String.valueOf(value);
    boolean plain = text.chars().noneMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r');
    return plain ? text : '"' + text.replace("\"", "\"\"") + '"';
  }
}
