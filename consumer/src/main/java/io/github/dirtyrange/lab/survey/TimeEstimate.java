package io.github.dirtyrange.lab.survey;

import io.github.dirtyrange.lab.survey.result.SurveyKernel;
import io.github.dirtyrange.lab.survey.result.SurveyPlan;
import io.github.dirtyrange.lab.survey.result.SurveyPoint;
import io.github.dirtyrange.track.Strategy;
import java.util.Collection;

/**
 * How long points take to measure, roughly: what the machine of docs/survey.md needs, so that what
 * is left can be told from how long the first ones took.
 */
public final class TimeEstimate {

  private static final double POINT_SECONDS = 0.7;
  private static final double POPULATE_PAGE_NANOS = 500;
  private static final double WRITE_AND_JUDGE_NANOS = 5_000;
  private static final double PAGEMAP_PAGE_NANOS = 90;
  private static final double OTHER_PAGE_NANOS = 10;

  private static final double SIM_POINT_SECONDS = 0.02;
  private static final double SIM_POPULATE_NANOS = 70;
  private static final double SIM_WRITE_AND_JUDGE_NANOS = 600;
  private static final double SIM_PAGEMAP_PAGE_NANOS = 12;
  private static final double SIM_OTHER_PAGE_NANOS = 3;

  /** Beyond 1 TiB there are huge pages, of which so many pages' work is done at once. */
  private static final long SIM_SMALL_PAGES = 1L << 28;

  private static final double SIM_HUGE_SHARE = 1.0 / 32;
  private static final double SECOND_NANOS = 1e9;

  private final SurveyPlan plan;

  /** Estimates for a plan. */
  public TimeEstimate(SurveyPlan plan) {
    this.plan = plan;
  }

  /** {@return about how many seconds some points take together} */
  public double seconds(Collection<SurveyPoint> points) {
    return points.stream().mapToDouble(this::seconds).sum();
  }

  /** {@return about how many seconds a point takes} */
  public double seconds(SurveyPoint point) {
    SurveyKernel kernel = plan.kernel(point.kernel()).orElseThrow();
    return kernel.isSimulated() ? simulated(point, kernel) : running(point, kernel);
  }

  private static double running(SurveyPoint point, SurveyKernel kernel) {
    double nanos = point.mappedPages() * POPULATE_PAGE_NANOS;
    for (Strategy strategy : kernel.strategies()) {
      boolean pagemap = strategy == Strategy.PAGEMAP;
      double round =
          point.mappedPages() * (pagemap ? PAGEMAP_PAGE_NANOS : OTHER_PAGE_NANOS)
              + point.dirtyPages() * WRITE_AND_JUDGE_NANOS;
      nanos += round * (kernel.rounds() + kernel.warmup());
    }
    return POINT_SECONDS + nanos / SECOND_NANOS;
  }

  private static double simulated(SurveyPoint point, SurveyKernel kernel) {
    double share = point.mappedPages() > SIM_SMALL_PAGES ? SIM_HUGE_SHARE : 1;
    double nanos = point.mappedPages() * SIM_POPULATE_NANOS * share;
    for (String name : kernel.rowNames()) {
      boolean pagemap = name.equals(Strategy.PAGEMAP.label());
      if (pagemap && Survey.isPagemapReused(kernel, point, Survey.PAGEMAP_READ_EACH_TIME)) {
        continue;
      }
      double round =
          point.mappedPages() * share * (pagemap ? SIM_PAGEMAP_PAGE_NANOS : SIM_OTHER_PAGE_NANOS)
              + point.dirtyPages() * SIM_WRITE_AND_JUDGE_NANOS;
      nanos += round * (kernel.rounds() + kernel.warmup());
    }
    return SIM_POINT_SECONDS + nanos / SECOND_NANOS;
  }
}
