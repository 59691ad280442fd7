package io.github.dirtyrange.lab.survey.result;

import java.util.List;
import java.util.Optional;

/**
 * A point of a survey, and what was measured there.
 *
 * @param point which point
 * @param startsInHugePages whether the memory was in huge pages before the first round
 * @param plainWriteNanos what a write to a page took the workload before anybody tracked it
 * @param rows the strategies' results, in the plan's order
 */
public record MeasuredPoint(
    SurveyPoint point, boolean startsInHugePages, double plainWriteNanos, List<SurveyRow> rows) {

  /** Copies the list. */
  public MeasuredPoint {
    rows = List.copyOf(rows);
  }

  /**
   * {@return what the writes of a round cost the workload beyond what they cost without tracking,
   * in nanoseconds}
   *
   * @param writeNanos what one of them took
   */
  public double extraWriteNanos(double writeNanos) {
    return point.dirtyPages() * Math.max(0, writeNanos - plainWriteNanos);
  }

  /** {@return what a round of a row cost altogether: {@link SurveyRow#totalNanos}} */
  public Spread total(SurveyRow row) {
    return Spread.of(row.totalNanos(this));
  }

  /** {@return the row of that name, if there is one} */
  public Optional<SurveyRow> row(String name) {
    return rows.stream().filter(row -> row.name().equals(name)).findFirst();
  }

  /** {@return whether every strategy found every page, and every copy was right} */
  public boolean isRight() {
    return rows.stream().allMatch(SurveyRow::isRight);
  }
}
