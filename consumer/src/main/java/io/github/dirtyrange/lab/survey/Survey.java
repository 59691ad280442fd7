package io.github.dirtyrange.lab.survey;

import io.github.dirtyrange.lab.Testbed;
import io.github.dirtyrange.lab.result.ComparisonPlan;
import io.github.dirtyrange.lab.result.TargetState;
import io.github.dirtyrange.lab.survey.result.MeasuredPoint;
import io.github.dirtyrange.lab.survey.result.SurveyKernel;
import io.github.dirtyrange.lab.survey.result.SurveyPlan;
import io.github.dirtyrange.lab.survey.result.SurveyPoint;
import io.github.dirtyrange.lab.survey.result.SurveyRow;
import io.github.dirtyrange.track.Strategy;
import io.github.dirtyrange.workload.WorkloadPlan;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Measures the points of a plan one by one. Each has a workload of its own, and on the simulated
 * kernel a machine of its own, so that nothing depends on what was measured before: shards and
 * surveys that go on find just what one run finds.
 */
public final class Survey {

  /**
   * Of more memory than that, 64 GiB, the simulated kernel's pagemap is read once for all points: a
   * round reads every entry, whatever changed.
   */
  static final long PAGEMAP_READ_EACH_TIME = 1L << 24;

  /** 64 MiB. */
  private static final long SMALL_PAGES = 1L << 14;

  private static final int WARMING_ROUNDS = 100;

  private final SurveyPlan plan;
  private final Map<String, Supplier<Testbed>> testbeds;
  private final long pagemapReadEachTime;
  private final Map<Long, MeasuredPoint> pagemapRounds = new HashMap<>();

  /**
   * Prepares a survey.
   *
   * @param plan what to measure
   * @param testbeds where, by the names of the plan's kernels; asked anew for every point
   */
  public Survey(SurveyPlan plan, Map<String, Supplier<Testbed>> testbeds) {
    this(plan, testbeds, PAGEMAP_READ_EACH_TIME);
  }

  /** Prepares one that reuses pagemap rounds of more pages than so many. */
  Survey(SurveyPlan plan, Map<String, Supplier<Testbed>> testbeds, long pagemapReadEachTime) {
    this.plan = plan;
    this.testbeds = Map.copyOf(testbeds);
    this.pagemapReadEachTime = pagemapReadEachTime;
  }

  /** Hears how far a survey is. */
  public interface Listener {

    /** Learns that a point is begun. */
    void begins(SurveyPoint point);

    /** Learns what was measured at it. */
    void measured(MeasuredPoint point);
  }

  /** Measures the points of the plan that are not measured yet. */
  public void run(Set<SurveyPoint> measured, Listener listener) {
    Set<String> warm = new HashSet<>();
    for (SurveyPoint point : plan.points()) {
      if (!measured.contains(point)) {
        listener.begins(point);
        if (warm.add(point.kernel())) {
          warmUp(point);
        }
        listener.measured(measure(point));
      }
    }
  }

  /**
   * Has the strategies' code compiled before the first point of a running kernel, which would pay
   * for it otherwise. Large memory takes time, and sees to it by itself. Virtual time does not go
   * by it.
   */
  private void warmUp(SurveyPoint first) {
    SurveyKernel kernel = plan.kernel(first.kernel()).orElseThrow();
    if (!kernel.isSimulated() && first.mappedPages() <= SMALL_PAGES) {
      compare(first, kernel, kernel.strategies(), WARMING_ROUNDS, 0);
    }
  }

  private MeasuredPoint measure(SurveyPoint point) {
    SurveyKernel kernel = plan.kernel(point.kernel()).orElseThrow();
    if (!isPagemapReused(kernel, point, pagemapReadEachTime)) {
      return compare(point, kernel, kernel.strategies(), kernel.rounds(), kernel.warmup());
    }
    MeasuredPoint pagemap = pagemapRound(point, kernel);
    List<Strategy> others = new ArrayList<>(kernel.strategies());
    others.remove(Strategy.PAGEMAP);
    if (others.isEmpty()) {
      return joined(point, pagemap, pagemap, kernel);
    }
    return joined(
        point, compare(point, kernel, others, kernel.rounds(), kernel.warmup()), pagemap, kernel);
  }

  /** {@return whether a round of the pagemap strategy is measured once for all points of a size} */
  static boolean isPagemapReused(SurveyKernel kernel, SurveyPoint point, long readEachTime) {
    return kernel.isSimulated()
        && point.mappedPages() > readEachTime
        && kernel.strategies().contains(Strategy.PAGEMAP);
  }

  /** Always that of the grid's first point of the size, whichever shard needs it. */
  private MeasuredPoint pagemapRound(SurveyPoint point, SurveyKernel kernel) {
    return pagemapRounds.computeIfAbsent(
        point.mappedPages(),
        size -> {
          SurveyPoint first =
              plan.whole().points().stream()
                  .filter(each -> each.kernel().equals(kernel.name()))
                  .filter(each -> each.mappedPages() == size)
                  .findFirst()
                  .orElseThrow();
          return compare(first, kernel, List.of(Strategy.PAGEMAP), 1, 0);
        });
  }

  private MeasuredPoint compare(
      SurveyPoint point, SurveyKernel kernel, List<Strategy> strategies, int rounds, int warmup) {
    ComparisonPlan comparison =
        new ComparisonPlan(
            new WorkloadPlan(point.mappedPages(), point.dirtyPages(), point.pattern(), plan.seed()),
            rounds,
            warmup,
            TargetState.BLOCKED,
            strategies,
            kernel.queueDesigns(),
            plan.queueBytes());
    Testbed testbed = Objects.requireNonNull(testbeds.get(kernel.name()), kernel.name()).get();
    return PointComparison.measure(point, testbed, comparison);
  }

  private static MeasuredPoint joined(
      SurveyPoint point, MeasuredPoint measured, MeasuredPoint pagemap, SurveyKernel kernel) {
    List<SurveyRow> rows = new ArrayList<>();
    for (String name : kernel.rowNames()) {
      rows.add(
          name.equals(Strategy.PAGEMAP.label())
              ? pagemap.row(name).orElseThrow().asReused()
              : measured.row(name).orElseThrow());
    }
    return new MeasuredPoint(point, measured.startsInHugePages(), measured.plainWriteNanos(), rows);
  }
}
