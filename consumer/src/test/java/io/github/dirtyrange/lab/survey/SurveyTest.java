package io.github.dirtyrange.lab.survey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.dirtyrange.kernel.sim.machine.Profile;
import io.github.dirtyrange.lab.SimTestbed;
import io.github.dirtyrange.lab.survey.result.MeasuredPoint;
import io.github.dirtyrange.lab.survey.result.SurveyKernel;
import io.github.dirtyrange.lab.survey.result.SurveyPlan;
import io.github.dirtyrange.lab.survey.result.SurveyPoint;
import io.github.dirtyrange.lab.survey.result.SurveyRow;
import io.github.dirtyrange.lab.survey.result.SurveySize;
import io.github.dirtyrange.track.Strategy;
import io.github.dirtyrange.workload.PagePattern;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Surveys of the simulated kernel: time is virtual, so the numbers are exact. */
class SurveyTest {

  private static final long[] SIZES = {1 << 14, 1 << 15, 1 << 16, 1 << 17};
  private static final int DIRTY = 100;

  @Test
  void aQueueCostsTheSameWhateverIsMapped() {
    double[] rounds = rounds(Strategy.QUEUE);
    double least = DoubleStream.of(rounds).min().orElseThrow();
    assertThat(DoubleStream.of(rounds).max().orElseThrow() / least).isLessThanOrEqualTo(1.1);
  }

  @Test
  void scansCostInProportionToWhatIsMapped() {
    for (Strategy scan : List.of(Strategy.PAGEMAP, Strategy.PAGEMAP_SCAN)) {
      double[] rounds = rounds(scan);
      double perPage = (rounds[3] - rounds[0]) / (SIZES[3] - SIZES[0]);
      assertThat(perPage).isPositive();
      for (int i = 1; i < SIZES.length; i++) {
        assertThat((rounds[i] - rounds[i - 1]) / (SIZES[i] - SIZES[i - 1]))
            .as("%s between %d and %d pages", scan, SIZES[i - 1], SIZES[i])
            .isEqualTo(perPage, within(0.05 * perPage));
      }
    }
  }

  @Test
  void everyStrategyFindsEveryPage() {
    assertThat(measured(plan(Strategy.values()), Long.MAX_VALUE))
        .hasSize(SIZES.length)
        .allMatch(MeasuredPoint::isRight);
  }

  @Test
  void aWriteThatNobodyTracksCostsLessThanOneThatIsTracked() {
    for (MeasuredPoint measured : measured(plan(Strategy.QUEUE), Long.MAX_VALUE)) {
      double tracked = measured.rows().get(0).write().median();
      assertThat(measured.plainWriteNanos()).isPositive().isLessThan(tracked / 10);
    }
  }

  @Test
  void whatIsMeasuredAlreadyIsNotMeasuredAgain() {
    SurveyPlan plan = plan(Strategy.QUEUE);
    List<SurveyPoint> points = plan.points();
    List<MeasuredPoint> rest = run(plan, Set.of(points.get(0), points.get(2)), Long.MAX_VALUE);
    assertThat(rest.stream().map(MeasuredPoint::point))
        .containsExactly(points.get(1), points.get(3));
  }

  @Test
  void aPagemapRoundOfMuchMemoryIsThatOfTheSizesFirstPoint() {
    SurveyPlan plan = plan(List.of(10, DIRTY), Strategy.PAGEMAP, Strategy.QUEUE);
    List<MeasuredPoint> each = measured(plan, Long.MAX_VALUE);
    List<MeasuredPoint> reused = measured(plan, 1);
    List<MeasuredPoint> reusedByAShard = measured(plan.withShard(2, 2), 1);
    assertThat(reused).allMatch(point -> pagemap(point).reused());
    assertThat(each).noneMatch(point -> pagemap(point).reused());
    assertThat(pagemap(reused.get(1)).roundNanos()).isEqualTo(pagemap(reused.get(0)).roundNanos());
    assertThat(reusedByAShard.get(0)).isEqualTo(reused.get(1));
    assertThat(reused.get(1).rows().get(1)).isEqualTo(each.get(1).rows().get(1));
  }

  private static SurveyRow pagemap(MeasuredPoint measured) {
    return measured.row(Strategy.PAGEMAP.label()).orElseThrow();
  }

  private static double[] rounds(Strategy strategy) {
    return measured(plan(strategy), Long.MAX_VALUE).stream()
        .mapToDouble(measured -> measured.rows().get(0).round().median())
        .toArray();
  }

  private static List<MeasuredPoint> measured(SurveyPlan plan, long pagemapReadEachTime) {
    return run(plan, Set.of(), pagemapReadEachTime);
  }

  private static List<MeasuredPoint> run(
      SurveyPlan plan, Set<SurveyPoint> before, long pagemapReadEachTime) {
    List<MeasuredPoint> measured = new ArrayList<>();
    Survey.Listener listener =
        new Survey.Listener() {
          @Override
          public void begins(SurveyPoint point) {}

          @Override
          public void measured(MeasuredPoint point) {
            measured.add(point);
          }
        };
    new Survey(
            plan,
            Map.of(SurveyKernel.SIM, () -> SimTestbed.open(Profile.V7_3)),
            pagemapReadEachTime)
        .run(before, listener);
    return measured;
  }

  private static SurveyPlan plan(Strategy... strategies) {
    return plan(List.of(DIRTY), strategies);
  }

  private static SurveyPlan plan(List<Integer> dirtyPages, Strategy... strategies) {
    SimTestbed sim = SimTestbed.open(Profile.V7_3);
    List<Strategy> allowed =
        Stream.of(strategies)
            .filter(each -> each.lacking(sim.kernel().capabilities()).isEmpty())
            .toList();
    SurveyKernel kernel =
        new SurveyKernel(
            SurveyKernel.SIM, "7.3", "virtual", List.of(), Map.of(), allowed, List.of(), 2, 2);
    List<SurveySize> sizes = new ArrayList<>();
    for (long pages : SIZES) {
      sizes.add(new SurveySize(pages, dirtyPages));
    }
    return new SurveyPlan(
        List.of(kernel), sizes, List.of(PagePattern.RUNS), 1, 64 << 20, "default", 1, 1);
  }
}
