package io.github.dirtyrange.linux.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.dirtyrange.kernel.Cost;
import io.github.dirtyrange.kernel.CostModel;
import io.github.dirtyrange.kernel.Pages;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import org.junit.jupiter.api.Test;

class LearntCostsTest {

  private static final CostModel MODEL = CostModel.defaults();
  private static final double CALL = MODEL.nanos(Cost.SCAN_CALL);
  private static final double PAGE = MODEL.nanos(Cost.SCAN_PAGE);

  /** Drains as a queue makes them: hints alone and joined, a slice that finds nothing. */
  private static void drains(LearntCosts costs, double call, double page, double flush) {
    SplittableRandom random = new SplittableRandom(1);
    for (int scan = 0; scan < 10; scan++) {
      time(costs, call + (1 << 20) * page, 1 << 20, 0);
      costs.endDrain();
    }
    for (int drain = 0; drain < 60; drain++) {
      // The first call meets cold caches, and every tenth is one that another process got between.
      time(costs, 10 * call, 3, 1);
      for (int hint = 0; hint < 3; hint++) {
        double outlier = random.nextInt(10) == 0 ? 4e6 : 0;
        time(costs, call + 3 * page + flush + outlier, 3, 1);
        time(costs, call + 700 * page + 2 * flush + outlier, 700, 2);
      }
      time(costs, call + (1 << 16) * page, 1 << 16, 0);
      costs.endDrain();
    }
  }

  private static void time(LearntCosts costs, double nanos, long pages, int regions) {
    costs.endCall(System.nanoTime() - (long) nanos, pages, regions);
  }

  @Test
  void theModelIsBelievedAtFirst() {
    LearntCosts costs = new LearntCosts(MODEL);
    assertThat(costs.gapPages()).isEqualTo(Math.round(CALL / PAGE));
    assertThat(costs.details()).contains("of the model (published, docs/comparison.md)");
    time(costs, 90_000, 3, 0);
    time(costs, 90_000_000, 1 << 20, 0);
    assertThat(costs.gapPages()).isEqualTo(Math.round(CALL / PAGE));
  }

  @Property(tries = 50)
  void whatCallsTakeIsLearntWhateverTheModelSaid(
      @ForAll @DoubleRange(min = 1_000, max = 5_000) double call,
      @ForAll @DoubleRange(min = 0.3, max = 4) double page) {
    LearntCosts costs = new LearntCosts(MODEL);
    for (int i = 0; i < 3; i++) {
      drains(costs, call, page, 300);
    }
    assertThat((double) costs.gapPages()).isCloseTo(call / page, within(0.25 * call / page));
  }

  /** The kernel flushes once a table in whatever call, so joining does not spare it. */
  @Test
  void aTargetOnAnotherProcessorMakesRearmingDearAndLeavesTheGap() {
    LearntCosts costs = new LearntCosts(MODEL);
    drains(costs, CALL, PAGE, 11_500);
    assertThat((double) costs.gapPages()).isCloseTo(CALL / PAGE, within(0.25 * CALL / PAGE));
    assertThat(costs.details()).containsPattern("arming again adds 1[12],");
  }

  @Test
  void fewCallsOfADrainAreTimed() {
    LearntCosts costs = new LearntCosts(MODEL);
    int timed = 0;
    for (int call = 0; call < 1_000; call++) {
      long start = costs.startCall();
      timed += start == 0 ? 0 : 1;
      costs.endCall(start, 3, 0);
    }
    assertThat(timed).isBetween(1, 16);
    costs.endDrain();
    assertThat(costs.startCall()).isNotZero();
    assertThat(LearntCosts.unchanging(MODEL).startCall()).isZero();
  }

  @Test
  void costsSayWhenToScanEverything() {
    LearntCosts costs = new LearntCosts(QueueOnTarget.costs(1_000_000, 5_000, 50_000));
    assertThat(costs.gapPages()).isEqualTo(1_000);
    assertThat(costs.samplesWorthReading(19_000)).isEqualTo(400);
    assertThat(costs.hintsWorthOrdering(19_000)).isEqualTo(40);
    assertThat(costs.pagesWithin(1_000_000 + 1_000 * Pages.PER_TABLE)).isEqualTo(Pages.PER_TABLE);
  }
}
