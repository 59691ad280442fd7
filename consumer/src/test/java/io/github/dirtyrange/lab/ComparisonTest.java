package io.github.dirtyrange.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dirtyrange.kernel.ChangeQueue;
import io.github.dirtyrange.kernel.ChangeQueueOptions;
import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.kernel.TrackedProcess;
import io.github.dirtyrange.kernel.sim.machine.Profile;
import io.github.dirtyrange.lab.result.ComparisonPlan;
import io.github.dirtyrange.lab.result.TargetState;
import io.github.dirtyrange.track.Strategy;
import io.github.dirtyrange.workload.PagePattern;
import io.github.dirtyrange.workload.Workload;
import io.github.dirtyrange.workload.WorkloadPlan;
import java.util.List;
import org.junit.jupiter.api.Test;

class ComparisonTest {

  /** A process has one queue: while one is left open, another is refused. */
  @Test
  void whatWasOpenedIsClosedIfALaterStrategyCannotBe() {
    Testbed testbed = SimTestbed.open(Profile.V7_3);
    WorkloadPlan pages = new WorkloadPlan(64, 4, PagePattern.UNIFORM, 1);
    ComparisonPlan plan =
        new ComparisonPlan(
            pages,
            1,
            0,
            TargetState.BLOCKED,
            List.of(Strategy.QUEUE, Strategy.SOFT_DIRTY_QUEUE),
            List.of(),
            1 << 20);
    try (Workload workload = testbed.start(pages);
        TrackedProcess process = testbed.kernel().open(workload.pid())) {
      assertThatThrownBy(() -> new Comparison(testbed, workload, plan))
          .isInstanceOf(KernelException.class)
          .hasMessageContaining("EOPNOTSUPP");
      ChangeQueueOptions options = new ChangeQueueOptions(workload.ranges(), 1 << 20);
      try (ChangeQueue again = process.openChangeQueue(options)) {
        assertThat(again.status()).isNotNull();
      }
    }
  }
}
