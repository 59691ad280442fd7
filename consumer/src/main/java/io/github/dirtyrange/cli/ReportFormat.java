package io.github.dirtyrange.cli;

import io.github.dirtyrange.lab.ComparisonReport;
import io.github.dirtyrange.lab.CsvReport;
import io.github.dirtyrange.lab.JsonReport;
import io.github.dirtyrange.lab.TableReport;
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
}
