package io.github.dirtyrange.lab.survey;

import io.github.dirtyrange.lab.Comparison;
import io.github.dirtyrange.lab.RoundTimes;
import io.github.dirtyrange.lab.Testbed;
import io.github.dirtyrange.lab.result.ComparisonPlan;
import io.github.dirtyrange.lab.result.ComparisonResult;
import io.github.dirtyrange.lab.result.StrategyResult;
import io.github.dirtyrange.lab.survey.result.MeasuredPoint;
import io.github.dirtyrange.lab.survey.result.SurveyPoint;
import io.github.dirtyrange.lab.survey.result.SurveyRow;
import io.github.dirtyrange.workload.Workload;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Measures one point, on a workload of its own. */
final class PointComparison {

  /** An odd number, so that one of them is the median. */
  private static final int PLAIN_WRITES = 3;

  private static final double TENTHS = 10;

  private PointComparison() {}

  /** {@return what a comparison on a kernel finds at a point} */
  static MeasuredPoint measure(SurveyPoint point, Testbed testbed, ComparisonPlan plan) {
    try (Workload started = testbed.start(plan.workload())) {
      double plainNanos = tenths(plainWriteNanos(started));
      boolean huge = started.startsInHugePages();
      Workload workload = huge ? new RepeatedPages(started) : started;
      try (Comparison comparison = new Comparison(testbed, workload, plan)) {
        ComparisonResult result = comparison.run((round, rounds) -> {});
        return new MeasuredPoint(point, huge, plainNanos, rows(result, comparison.times()));
      }
    }
  }

  /** What a write costs while nobody tracks: the sub-round 0 comes before all that are judged. */
  private static double plainWriteNanos(Workload workload) {
    workload.beginRound(0);
    double[] nanos = new double[PLAIN_WRITES];
    for (int i = 0; i < nanos.length; i++) {
      nanos[i] = workload.write(0);
    }
    Arrays.sort(nanos);
    return nanos[PLAIN_WRITES / 2];
  }

  private static List<SurveyRow> rows(ComparisonResult result, List<RoundTimes> times) {
    List<SurveyRow> rows = new ArrayList<>();
    for (int i = 0; i < times.size(); i++) {
      rows.add(row(result.strategies().get(i), times.get(i)));
    }
    return rows;
  }

  private static SurveyRow row(StrategyResult result, RoundTimes times) {
    return new SurveyRow(
        result.name(),
        result.strategy(),
        result.pagesInspected(),
        result.pagesReported(),
        result.missed(),
        result.extra(),
        result.copyMismatches(),
        result.fallbackRounds(),
        result.scannedByChoice(),
        result.queueBytes(),
        times.roundNanos(),
        times.writeNanos().stream().map(PointComparison::tenths).toList(),
        false);
  }

  private static double tenths(double nanos) {
    return Math.round(nanos * TENTHS) / TENTHS;
  }
}
