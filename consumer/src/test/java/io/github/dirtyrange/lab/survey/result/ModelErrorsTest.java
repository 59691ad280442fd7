package io.github.dirtyrange.lab.survey.result;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.dirtyrange.track.Strategy;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ModelErrorsTest {

  private static final SurveyPlan PLAN =
      SurveyValues.plan(List.of(SurveyValues.kernel("sim"), SurveyValues.kernel("linux")), 10, 100);

  @Test
  void comparesWhatBothKernelsHave() {
    ModelErrors errors =
        ModelErrors.of(
            new SurveyResult(
                PLAN,
                List.of(
                    point("sim", 10, 150L), point("linux", 10, 100L), point("linux", 100, 100L))));
    assertThat(errors.clear()).hasSize(1);
    assertThat(errors.median()).isEqualTo(0.5, within(1e-9));
    assertThat(errors.strategies()).isEqualTo("pagemap-scan");
  }

  @Test
  void anErrorSmallerThanTheSpreadIsCountedApart() {
    ModelErrors errors =
        ModelErrors.of(
            new SurveyResult(
                PLAN, List.of(point("sim", 10, 150L), point("linux", 10, 50L, 100L, 300L))));
    assertThat(errors.clear()).isEmpty();
    assertThat(errors.withinSpread()).hasSize(1);
    assertThat(errors.worst()).isEmpty();
  }

  @Test
  void theWorstIsTheOneTheMostTimesApart() {
    // A third of what was measured is further off than twice as much.
    ModelErrors errors =
        ModelErrors.of(
            new SurveyResult(
                PLAN,
                List.of(
                    point("sim", 10, 200L),
                    point("sim", 100, 30L),
                    point("linux", 10, 100L),
                    point("linux", 100, 90L))));
    assertThat(errors.worst().orElseThrow().point().dirtyPages()).isEqualTo(100);
  }

  @ParameterizedTest
  @EnumSource(names = {"QUEUE", "ADAPTIVE", "SOFT_DIRTY_QUEUE", "PERFECT"})
  void queuesOfTheTwoKernelsAreNotTheSame(Strategy strategy) {
    SurveyRow queue = SurveyValues.row(strategy, 0, 5L);
    List<MeasuredPoint> points =
        List.of(SurveyValues.point("sim", 10, queue), SurveyValues.point("linux", 10, queue));
    assertThat(ModelErrors.of(new SurveyResult(PLAN, points)).isEmpty()).isTrue();
  }

  @Test
  void oneKernelAloneHasNone() {
    assertThat(ModelErrors.of(new SurveyResult(PLAN, List.of(point("linux", 10, 1L)))).isEmpty())
        .isTrue();
  }

  private static MeasuredPoint point(String kernel, int dirtyPages, Long... nanos) {
    return SurveyValues.point(
        kernel, dirtyPages, SurveyValues.row(Strategy.PAGEMAP_SCAN, 0, nanos));
  }
}
