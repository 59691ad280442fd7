package io.github.dirtyrange.report;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import io.github.dirtyrange.kernel.OneLine;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.lab.result.Units;
import io.github.dirtyrange.live.result.Quantiles;
import io.github.dirtyrange.retrace.result.RetraceResult;
import io.github.dirtyrange.retrace.result.RetraceScore;
import io.github.dirtyrange.trace.TraceHeader;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** A replayed trace as a table, as JSON, and as comma-separated values. */
public final class RetraceReports {

  private static final Gson GSON =
      new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create();

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
          "rounds",
          "total");

  private static final List<String> CSV_HEADINGS =
      List.of(
          "command",
          "pid",
          "kernel",
          "rounds",
          "mappedPages",
          "writtenPages",
          "strategy",
          "inspectedP50",
          "inspectedSum",
          "reportedSum",
          "missed",
          "extra",
          "scansByChoice",
          "scansAfterLoss",
          "roundNanosP50",
          "roundNanosP99",
          "roundNanosSum",
          "writeNanosP50",
          "writeNanosSum");

  private static final String HOW_TO_READ =
      """
      How to read it: a round is finding the changed pages and arming them again, in virtual time.
      Inspected, reported and times are of a round (median, and the sum of all), missed and extra are
      sums over the rounds. Per write is what the process pays for a page, a fault where it is armed.
      Rounds are all of them summed up, and total adds what all writes took.
      """;

  private RetraceReports() {}

  /** {@return a table for people} */
  public static String table(RetraceResult result) {
    StringBuilder text = new StringBuilder();
    TraceHeader header = result.header();
    ReportParts.line(text, "trace", OneLine.of(origin(header)));
    ReportParts.line(text, "process", OneLine.of(process(result)));
    ReportParts.line(text, "kernel", "sim " + result.kernel());
    text.append('\n');
    TextTable table = new TextTable();
    table.row(HEADINGS);
    result.scores().forEach(score -> table.row(cells(score)));
    table.appendTo(text);
    text.append('\n');
    int width = ReportParts.widthOfNames(result.scores().stream().map(RetraceScore::name));
    for (RetraceScore score : result.scores()) {
      ReportParts.line(text, width, score.name(), score.mechanism() + scans(score));
    }
    text.append('\n').append(HOW_TO_READ).append('\n');
    text.append(verdict(result)).append('\n');
    return text.toString();
  }

  private static String origin(TraceHeader header) {
    StringBuilder text = new StringBuilder("by ").append(header.origin());
    if (header.startMillis() > 0) {
      text.append(" at ").append(Instant.ofEpochMilli(header.startMillis()));
    }
    if (!header.kernelRelease().isEmpty()) {
      text.append(", Linux ").append(header.kernelRelease());
    }
    return header.strategy().isEmpty() ? text.toString() : text + ", by " + header.strategy();
  }

  private static String process(RetraceResult result) {
    return String.format(
        Locale.ROOT,
        "%d (%s): %,d round%s%s, %s mapped%s; %,d page%s written in all",
        result.pid(),
        result.program(),
        result.rounds(),
        result.rounds() == 1 ? "" : "s",
        result.otherRounds() == 0
            ? ""
            : String.format(Locale.ROOT, " (%,d of others)", result.otherRounds()),
        Units.bytes(Pages.address(result.mappedPages())),
        result.populatedFirst() ? "" : ", populated where it is written",
        result.writtenPages(),
        result.writtenPages() == 1 ? "" : "s");
  }

  private static List<String> cells(RetraceScore score) {
    return List.of(
        score.name(),
        Units.count(score.inspected().p50()),
        Units.count(score.reported().p50()),
        Units.count(score.missed()),
        Units.count(score.extra()),
        Units.nanos(score.roundNanos().p50()),
        Units.nanos(score.roundNanos().p99()),
        Units.nanos(score.writeNanos().p50()),
        Units.nanos(score.roundNanos().sum()),
        Units.nanos(score.totalNanos()));
  }

  private static String scans(RetraceScore score) {
    String choice =
        score.scansByChoice() == 0 ? "" : "; scans by choice " + Units.count(score.scansByChoice());
    return score.scansAfterLoss() == 0
        ? choice
        : choice + "; scans after loss " + Units.count(score.scansAfterLoss());
  }

  private static String verdict(RetraceResult result) {
    if (result.isRight()) {
      return "Every strategy found every page.";
    }
    return String.join(
        "\n",
        result.scores().stream()
            .filter(score -> score.missed() > 0)
            .map(
                score ->
                    score.name()
                        + " MISSED "
                        + Units.count(score.missed())
                        + " of "
                        + Units.count(result.writtenPages())
                        + " pages.")
            .toList());
  }

  /** {@return one JSON object} */
  public static String json(RetraceResult result) {
    Part part =
        new Part(
            result.header(),
            result.kernel(),
            result.pid(),
            result.program(),
            result.rounds(),
            result.otherRounds(),
            result.mappedPages(),
            result.populatedFirst(),
            result.writtenPages(),
            result.cut().orElse(""),
            result.scores());
    return GSON.toJson(part) + "\n";
  }

  /** The JSON's shape, member by member and in its order. */
  private record Part(
      TraceHeader trace,
      String kernel,
      int pid,
      String program,
      long rounds,
      long otherRounds,
      long mappedPages,
      boolean populatedFirst,
      long writtenPages,
      String cut,
      List<RetraceScore> strategies) {}

  /** {@return a line of headings, then one a strategy} */
  public static String csv(RetraceResult result) {
    StringBuilder text = new StringBuilder();
    CsvReport.appendRow(text, CSV_HEADINGS.stream());
    for (RetraceScore score : result.scores()) {
      Quantiles nanos = score.roundNanos();
      CsvReport.appendRow(
          text,
          Stream.of(
              OneLine.of(result.program()),
              result.pid(),
              result.kernel(),
              result.rounds(),
              result.mappedPages(),
              result.writtenPages(),
              score.name(),
              score.inspected().p50(),
              score.inspected().sum(),
              score.reported().sum(),
              score.missed(),
              score.extra(),
              score.scansByChoice(),
              score.scansAfterLoss(),
              nanos.p50(),
              nanos.p99(),
              nanos.sum(),
              score.writeNanos().p50(),
              score.writingNanos()));
    }
    return text.toString();
  }
}
