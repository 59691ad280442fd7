package io.github.dirtyrange.cli;

import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.lab.result.Units;
import io.github.dirtyrange.lab.survey.Survey;
import io.github.dirtyrange.lab.survey.TimeEstimate;
import io.github.dirtyrange.lab.survey.result.MeasuredPoint;
import io.github.dirtyrange.lab.survey.result.SurveyPlan;
import io.github.dirtyrange.lab.survey.result.SurveyPoint;
import io.github.dirtyrange.lab.survey.result.SurveyResult;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A survey on its way: what is measured, what of it is kept in a file, and how long the rest will
 * take. {@link #result} may be asked by any thread.
 */
final class SurveyRun implements Survey.Listener, AutoCloseable {

  private static final double NANOS = 1e9;
  private static final int MINUTE = 60;

  private final SurveyPlan plan;
  private final @Nullable SurveyLog log;
  private final ProgressLine progress;
  private final TimeEstimate estimate;
  private final Map<SurveyPoint, MeasuredPoint> measured = new HashMap<>();
  private final int measuredBefore;
  private final double toDoSeconds;
  private final long start = System.nanoTime();
  private double doneSeconds;

  private SurveyRun(SurveyPlan plan, @Nullable SurveyLog log, ProgressLine progress) {
    this.plan = plan;
    this.log = log;
    this.progress = progress;
    estimate = new TimeEstimate(plan);
    if (log != null) {
      log.before().forEach(point -> measured.put(point.point(), point));
    }
    measuredBefore = measured.size();
    toDoSeconds =
        estimate.seconds(
            plan.points().stream().filter(point -> !measured.containsKey(point)).toList());
  }

  /** Begins, or goes on with what a file has. */
  static SurveyRun of(SurveyPlan plan, @Nullable Path resume, ProgressLine progress) {
    return new SurveyRun(plan, resume == null ? null : SurveyLog.open(resume, plan), progress);
  }

  /** {@return what will be done, and how long that will take} */
  String announcement() {
    String before =
        switch (measuredBefore) {
          case 0 -> "";
          case 1 -> "1 is measured already, ";
          default -> measuredBefore + " are measured already, ";
        };
    return "dirtyrange: "
        + Units.count(plan.points().size(), "point")
        + ", "
        + before
        + "about "
        + time(toDoSeconds)
        + " to go";
  }

  /** {@return the points that need not be measured} */
  synchronized Set<SurveyPoint> measured() {
    return new HashSet<>(measured.keySet());
  }

  /** {@return what is measured} */
  synchronized SurveyResult result() {
    List<MeasuredPoint> points =
        plan.points().stream().map(measured::get).filter(Objects::nonNull).toList();
    return new SurveyResult(plan, points);
  }

  @Override
  public synchronized void begins(SurveyPoint point) {
    progress.show(
        "point "
            + (measured.size() + 1)
            + " of "
            + plan.points().size()
            + ": "
            + point.kernel()
            + ", "
            + Units.bytes(Pages.address(point.mappedPages()))
            + ", "
            + Units.count(point.dirtyPages())
            + " changed, "
            + point.pattern().label()
            + "; about "
            + time(leftSeconds())
            + " to go");
  }

  /** Goes by how long the points so far took beside what was estimated of them. */
  private double leftSeconds() {
    double left = toDoSeconds - doneSeconds;
    double taken = (System.nanoTime() - start) / NANOS;
    return doneSeconds == 0 ? left : left * taken / doneSeconds;
  }

  @Override
  public synchronized void measured(MeasuredPoint point) {
    if (log != null) {
      log.add(point);
    }
    measured.put(point.point(), point);
    doneSeconds += estimate.seconds(point.point());
  }

  private static String time(double seconds) {
    long rounded = Math.max(1, Math.round(seconds));
    return rounded < 2 * MINUTE ? rounded + " s" : Math.round((double) rounded / MINUTE) + " min";
  }

  @Override
  public void close() {
    if (log != null) {
      log.close();
    }
  }
}
