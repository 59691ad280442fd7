package io.github.dirtyrange.retrace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dirtyrange.kernel.CostModel;
import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.kernel.PagemapFormat;
import io.github.dirtyrange.kernel.sim.SimKernel;
import io.github.dirtyrange.kernel.sim.machine.Profile;
import io.github.dirtyrange.live.result.MappedPart;
import io.github.dirtyrange.track.ChangedPages;
import io.github.dirtyrange.track.Strategy;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class ReplayTest {

  private static final Contender QUEUE = new Contender(Strategy.QUEUE, Optional.empty());

  private static final RetracePlan PLAN =
      new RetracePlan(
          Profile.V7_3, CostModel.defaults(), List.of(QUEUE), 1 << 20, OptionalInt.empty());

  /** One that executes programs all the time would fill the heap. */
  @Test
  void aProgramBeforeLeavesNoProcessBehind() throws Exception {
    SimKernel kernel = new SimKernel(PLAN.profile(), PLAN.costs(), PagemapFormat.TODAY);
    try (Replay replay = new Replay(kernel, PLAN, QUEUE)) {
      int first = kernel.spawn().pid() - 1;
      ChangedPages written = new ChangedPages();
      written.add(1000, 1010);
      List<MappedPart> heap = List.of(new MappedPart(1000, 1100, "[heap]"));
      TracedRound round = new TracedRound(List.of(), List.of(), heap, List.of(), written);
      replay.round(round);
      kernel.open(first).close();
      replay.beginAnew();
      assertThatThrownBy(() -> kernel.open(first)).isInstanceOf(KernelException.class);
      replay.round(round);
      assertThat(replay.score().reported().sum()).isEqualTo(20);
    }
  }
}
