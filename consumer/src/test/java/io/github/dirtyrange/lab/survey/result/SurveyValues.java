package io.github.dirtyrange.lab.survey.result;

import io.github.dirtyrange.track.Strategy;
import io.github.dirtyrange.workload.PagePattern;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Plans and results for tests. */
public final class SurveyValues {

  private SurveyValues() {}

  /** {@return a kernel on which a queue and PAGEMAP_SCAN are compared} */
  public static SurveyKernel kernel(String name) {
    return new SurveyKernel(
        name,
        "6.18",
        "a machine",
        List.of("pagemapScan"),
        Map.of("softDirty", "not configured"),
        List.of(Strategy.PAGEMAP_SCAN, Strategy.QUEUE),
        List.of(),
        1,
        0);
  }

  /** {@return a plan of one size and one pattern} */
  public static SurveyPlan plan(List<SurveyKernel> kernels, Integer... dirtyPages) {
    return new SurveyPlan(
        kernels,
        List.of(new SurveySize(1 << 20, List.of(dirtyPages))),
        List.of(PagePattern.UNIFORM),
        1,
        1 << 20,
        "default",
        1,
        1);
  }

  /** {@return a row with these rounds, whose writes cost so much} */
  public static SurveyRow row(Strategy strategy, double writeNanos, Long... roundNanos) {
    List<Double> writes = new ArrayList<>();
    for (Long ignored : roundNanos) {
      writes.add(writeNanos);
    }
    return new SurveyRow(
        strategy.label(), strategy, 0, 0, 0, 0, 0, 0, 0, 0, List.of(roundNanos), writes, false);
  }

  /** {@return a point of the plan's size with these rows} */
  public static MeasuredPoint point(String kernel, int dirtyPages, SurveyRow... rows) {
    SurveyPoint point = new SurveyPoint(kernel, 1 << 20, PagePattern.UNIFORM, dirtyPages);
    return new MeasuredPoint(point, false, 0, List.of(rows));
  }
}
