package io.github.dirtyrange.lab.survey.result;

import java.util.List;
import java.util.Optional;

/**
 * What came of a survey, or of as many of its points as were measured.
 *
 * @param plan what was to be measured, where, and on which machine
 * @param points what was measured, in the plan's order
 */
public record SurveyResult(SurveyPlan plan, List<MeasuredPoint> points) {

  /** Copies the list. */
  public SurveyResult {
    points = List.copyOf(points);
  }

  /** {@return what was measured at a point, if it was} */
  public Optional<MeasuredPoint> at(SurveyPoint point) {
    return points.stream().filter(measured -> measured.point().equals(point)).findFirst();
  }

  /** {@return whether every point of the plan was measured} */
  public boolean isWhole() {
    return points.size() == plan.points().size();
  }

  /** {@return whether every strategy found every page everywhere} */
  public boolean isRight() {
    return points.stream().allMatch(MeasuredPoint::isRight);
  }
}
