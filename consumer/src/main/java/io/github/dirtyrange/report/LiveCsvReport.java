package io.github.dirtyrange.report;

import io.github.dirtyrange.lab.result.LiveResult;
import io.github.dirtyrange.lab.result.LiveStrategyResult;
import io.github.dirtyrange.lab.result.StrategyResult;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A comparison on a live process as comma-separated values: a line of names, then one a strategy.
 */
public final class LiveCsvReport implements LiveComparisonReport {

  private static final List<String> HEADINGS =
      List.of(
          "kernel",
          "release",
          "pid",
          "name",
          "mappedPages",
          "presentPages",
          "rounds",
          "intervalNanos",
          "privatePages",
          "comparedPages",
          "strategy",
          "pagesInspected",
          "pagesReported",
          "missed",
          "missedByScan",
          "missedByContent",
          "missedAfterExact",
          "missedCauses",
          "extra",
          "fallbackRounds",
          "scannedByChoice",
          "roundNanosP50",
          "roundNanosP99",
          "rearmNanosP50",
          "stoppedNanos",
          "queueBytes",
          "causes");

  @Override
  public String render(LiveResult result) {
    StringBuilder text = new StringBuilder();
    CsvReport.appendRow(text, HEADINGS.stream());
    for (LiveStrategyResult row : result.strategies()) {
      CsvReport.appendRow(text, Stream.concat(experiment(result), measured(row)));
    }
    return text.toString();
  }

  private static Stream<Object> experiment(LiveResult result) {
    return Stream.of(
        result.kernelName(),
        result.kernelRelease(),
        result.process().pid(),
        result.process().name(),
        result.process().mappedPages(),
        result.process().presentPages(),
        result.roundsDone(),
        result.plan().intervalNanos(),
        result.privatePages(),
        result.comparedPages());
  }

  private static Stream<Object> measured(LiveStrategyResult row) {
    StrategyResult work = row.work();
    return Stream.of(
        work.name(),
        work.pagesInspected(),
        work.pagesReported(),
        work.missed(),
        row.missedByScan(),
        row.missedByContent(),
        row.missedAfterExact(),
        missedCauses(row),
        work.extra(),
        work.fallbackRounds(),
        work.scannedByChoice(),
        work.roundP50Nanos(),
        work.roundP99Nanos(),
        work.rearmP50Nanos(),
        row.stoppedNanos(),
        work.queueBytes(),
        CsvReport.causes(work.causes()));
  }

  /** {@return as "emptied=20;written=3"} */
  private static String missedCauses(LiveStrategyResult row) {
    return row.causes().entrySet().stream()
        .map(each -> each.getKey().label() + '=' + each.getValue())
        .collect(Collectors.joining(";"));
  }
}
