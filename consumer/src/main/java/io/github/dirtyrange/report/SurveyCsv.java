package io.github.dirtyrange.report;

import io.github.dirtyrange.kernel.OneLine;
import io.github.dirtyrange.lab.survey.result.MeasuredPoint;
import io.github.dirtyrange.lab.survey.result.Spread;
import io.github.dirtyrange.lab.survey.result.SurveyKernel;
import io.github.dirtyrange.lab.survey.result.SurveyPoint;
import io.github.dirtyrange.lab.survey.result.SurveyResult;
import io.github.dirtyrange.lab.survey.result.SurveyRow;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** All points of a survey as comma-separated values: a line of headings, then one a strategy. */
public final class SurveyCsv {

  private static final List<String> HEADINGS =
      List.of(
          "kernel",
          "release",
          "mappedPages",
          "hugePages",
          "pattern",
          "dirtyPages",
          "strategy",
          "rounds",
          "roundNanosP50",
          "roundNanosP25",
          "roundNanosP75",
          "totalNanosP50",
          "totalNanosP25",
          "totalNanosP75",
          "writeNanosP50",
          "plainWriteNanos",
          "pagesInspected",
          "pagesReported",
          "missed",
          "extra",
          "copyMismatches",
          "fallbackRounds",
          "scannedByChoice",
          "queueBytes",
          "reused");

  private SurveyCsv() {}

  /** {@return the values, ended by a line feed} */
  public static String render(SurveyResult result) {
    StringBuilder text = new StringBuilder();
    CsvReport.appendRow(text, HEADINGS.stream());
    for (MeasuredPoint measured : result.points()) {
      String release =
          result.plan().kernel(measured.point().kernel()).map(SurveyKernel::release).orElse("");
      for (SurveyRow row : measured.rows()) {
        CsvReport.appendRow(text, Stream.concat(place(measured, release), numbers(measured, row)));
      }
    }
    return text.toString();
  }

  private static Stream<Object> place(MeasuredPoint measured, String release) {
    SurveyPoint point = measured.point();
    return Stream.of(
        OneLine.of(point.kernel()),
        OneLine.of(release),
        point.mappedPages(),
        measured.startsInHugePages(),
        point.pattern().label(),
        point.dirtyPages());
  }

  private static Stream<Object> numbers(MeasuredPoint measured, SurveyRow row) {
    Spread round = row.round();
    Spread total = measured.total(row);
    return Stream.of(
        OneLine.of(row.name()),
        row.roundNanos().size(),
        whole(round.median()),
        whole(round.low()),
        whole(round.high()),
        whole(total.median()),
        whole(total.low()),
        whole(total.high()),
        tenths(row.write().median()),
        tenths(measured.plainWriteNanos()),
        row.pagesInspected(),
        row.pagesReported(),
        row.missed(),
        row.extra(),
        row.copyMismatches(),
        row.fallbackRounds(),
        row.scannedByChoice(),
        row.queueBytes(),
        row.reused());
  }

  private static long whole(double nanos) {
    return Math.round(nanos);
  }

  private static String tenths(double nanos) {
    return String.format(Locale.ROOT, "%.1f", nanos);
  }
}
