package io.github.dirtyrange.lab.survey.result;

/** What of a strategy's costs is counted. */
public enum CostKind {
  /** Finding the changed pages and arming them again. */
  ROUND {
    @Override
    public Spread of(MeasuredPoint point, SurveyRow row) {
      return row.round();
    }
  },

  /** That, and what the workload pays for its writes beyond what they cost without tracking. */
  TOTAL {
    @Override
    public Spread of(MeasuredPoint point, SurveyRow row) {
      return point.total(row);
    }
  };

  /** {@return what a round of a row costs, in nanoseconds} */
  public abstract Spread of(MeasuredPoint point, SurveyRow row);
}
