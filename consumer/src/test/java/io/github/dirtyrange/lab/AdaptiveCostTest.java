package io.github.dirtyrange.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dirtyrange.kernel.sim.machine.Profile;
import io.github.dirtyrange.lab.result.ComparisonPlan;
import io.github.dirtyrange.lab.result.ComparisonResult;
import io.github.dirtyrange.lab.result.StrategyResult;
import io.github.dirtyrange.lab.result.TargetState;
import io.github.dirtyrange.track.Strategy;
import io.github.dirtyrange.workload.PagePattern;
import io.github.dirtyrange.workload.Workload;
import io.github.dirtyrange.workload.WorkloadPlan;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** On a kernel whose time is certain, the adaptive strategy costs what the better one costs. */
class AdaptiveCostTest {

  /** What any round may cost more: a way has to be a tenth cheaper to be changed to. */
  private static final double MOST = 1.12;

  private static final List<Strategy> STRATEGIES =
      List.of(Strategy.PAGEMAP_SCAN, Strategy.QUEUE, Strategy.ADAPTIVE);

  @ParameterizedTest
  @CsvSource({
    "1024, 1, UNIFORM",
    "1024, 10, UNIFORM",
    "1024, 100, SEQUENTIAL",
    "1024, 600, UNIFORM",
    "65536, 10, UNIFORM",
    "65536, 1000, UNIFORM",
    "65536, 6000, RUNS",
    "65536, 30000, UNIFORM",
    "65536, 60000, SEQUENTIAL"
  })
  void itCostsWhatTheBetterOneCosts(long mapped, int written, PagePattern pattern) {
    Testbed testbed = SimTestbed.open(Profile.V7_3);
    WorkloadPlan pages = new WorkloadPlan(mapped, written, pattern, 1);
    ComparisonPlan plan =
        new ComparisonPlan(pages, 5, 3, TargetState.BLOCKED, STRATEGIES, List.of(), 64 << 20);
    try (Workload workload = testbed.start(pages);
        Comparison comparison = new Comparison(testbed, workload, plan)) {
      ComparisonResult result = comparison.run((round, rounds) -> {});
      assertThat(result.strategies()).allMatch(each -> each.missed() == 0 && each.extra() == 0);
      double scan = nanos(result.strategies().get(0), written);
      double queue = nanos(result.strategies().get(1), written);
      double adaptive = nanos(result.strategies().get(2), written);
      assertThat(adaptive)
          .as("scan %.0f, queue %.0f, adaptive %.0f", scan, queue, adaptive)
          .isLessThanOrEqualTo(MOST * Math.min(scan, queue));
    }
  }

  /** A round, and what its writers paid. */
  private static double nanos(StrategyResult result, int written) {
    return result.roundP50Nanos() + (double) result.writeNanos() * written;
  }
}
