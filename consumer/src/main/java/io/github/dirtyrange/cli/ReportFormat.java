package io.github.dirtyrange.cli;

import io.github.dirtyrange.report.ComparisonReport;
import io.github.dirtyrange.report.CsvReport;
import io.github.dirtyrange.report.JsonReport;
import io.github.dirtyrange.report.LiveComparisonReport;
import io.github.dirtyrange.report.LiveCsvReport;
import io.github.dirtyrange.report.LiveJsonReport;
import io.github.dirtyrange.report.LiveTableReport;
import io.github.dirtyrange.report.TableReport;
import picocli.CommandLine.Option;

/** The options that say how a result is written, at most one of them. */
final class ReportFormat {

  @Option(names = "--json", description = "write one JSON object instead of a table")
  boolean json;

  @Option(names = "--csv", description = "write comma-separated values instead of a table")
  boolean csv;

  ComparisonReport report() {
    if (json) {
      return new JsonReport();
    }
    return csv ? new CsvReport() : new TableReport();
  }

  LiveComparisonReport liveReport() {
    if (json) {
      return new LiveJsonReport();
    }
    return csv ? new LiveCsvReport() : new LiveTableReport();
  }
}
