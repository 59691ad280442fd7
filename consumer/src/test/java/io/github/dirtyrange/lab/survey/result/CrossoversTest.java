package io.github.dirtyrange.lab.survey.result;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dirtyrange.track.Strategy;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class CrossoversTest {

  private static final Integer[] DIRTY = {10, 100, 1_000, 10_000};

  @Test
  void isInterpolatedOnLogarithmicScales() {
    // The scan costs 1,000 everywhere; the queue a tenth of it at 100 pages, ten times as much at
    // 1,000: in the middle between the logarithms they are the same.
    Crossover crossover = only(rounds(10, 100, 10_000, 100_000), CostKind.ROUND);
    assertThat(crossover.kind()).isEqualTo(Crossover.Kind.CROSSES);
    assertThat(crossover.below()).isEqualTo(100);
    assertThat(crossover.above()).isEqualTo(1_000);
    assertThat(crossover.pages()).isEqualTo(316);
    assertThat(crossover.crossings()).isEqualTo(1);
  }

  @Test
  void neverSaysUpToWhere() {
    Crossover crossover = only(rounds(1, 1, 1, 999), CostKind.ROUND);
    assertThat(crossover.kind()).isEqualTo(Crossover.Kind.NEVER);
    assertThat(crossover.below()).isEqualTo(10_000);
    assertThat(crossover.above()).isZero();
    assertThat(crossover.pages()).isZero();
  }

  @Test
  void alwaysSaysFromWhere() {
    Crossover crossover = only(rounds(1_001, 2_000, 2_000, 2_000), CostKind.ROUND);
    assertThat(crossover.kind()).isEqualTo(Crossover.Kind.ALWAYS);
    assertThat(crossover.above()).isEqualTo(10);
  }

  @Test
  void whatCostsTheSameIsNotCheaper() {
    Crossover same = only(rounds(1_000, 1_000, 1_000, 1_000), CostKind.ROUND);
    assertThat(same.kind()).isEqualTo(Crossover.Kind.NEVER);
    Crossover crossover = only(rounds(500, 1_000, 1_000, 2_000), CostKind.ROUND);
    assertThat(crossover.below()).isEqualTo(1_000);
    assertThat(crossover.pages()).isEqualTo(1_000);
  }

  @Test
  void whereItCrossesMoreThanOnceTheLastCounts() {
    Crossover crossover = only(rounds(500, 2_000, 500, 2_000), CostKind.ROUND);
    assertThat(crossover.below()).isEqualTo(1_000);
    assertThat(crossover.above()).isEqualTo(10_000);
    assertThat(crossover.crossings()).isEqualTo(3);
  }

  @Test
  void theTotalCountsWhatWritesCostBesides() {
    SurveyResult result = rounds(10, 10, 10, 10);
    List<MeasuredPoint> dear = new ArrayList<>();
    for (MeasuredPoint measured : result.points()) {
      dear.add(
          SurveyValues.point(
              "linux",
              measured.point().dirtyPages(),
              measured.rows().get(0),
              SurveyValues.row(Strategy.QUEUE, 1, 10L)));
    }
    SurveyResult dearWrites = new SurveyResult(result.plan(), dear);
    assertThat(only(dearWrites, CostKind.ROUND).kind()).isEqualTo(Crossover.Kind.NEVER);
    Crossover total = only(dearWrites, CostKind.TOTAL);
    assertThat(total.kind()).isEqualTo(Crossover.Kind.CROSSES);
    assertThat(total.below()).isEqualTo(100);
  }

  @Test
  void onePointIsNoLine() {
    SurveyResult one =
        new SurveyResult(rounds(1, 1, 1, 1).plan(), List.of(rounds(1, 1, 1, 1).points().get(0)));
    assertThat(Crossovers.of(one, CostKind.ROUND)).isEmpty();
  }

  /** A queue's rounds beside a scan that costs 1,000 everywhere, where writes cost nothing. */
  private static SurveyResult rounds(long... queueNanos) {
    SurveyPlan plan = SurveyValues.plan(List.of(SurveyValues.kernel("linux")), DIRTY);
    List<MeasuredPoint> points = new ArrayList<>();
    for (int i = 0; i < DIRTY.length; i++) {
      points.add(
          SurveyValues.point(
              "linux",
              DIRTY[i],
              SurveyValues.row(Strategy.PAGEMAP_SCAN, 0, 1_000L),
              SurveyValues.row(Strategy.QUEUE, 0, queueNanos[i])));
    }
    return new SurveyResult(plan, points);
  }

  private static Crossover only(SurveyResult result, CostKind costs) {
    List<Crossover> crossovers = Crossovers.of(result, costs);
    assertThat(crossovers).hasSize(1);
    return crossovers.get(0);
  }
}
