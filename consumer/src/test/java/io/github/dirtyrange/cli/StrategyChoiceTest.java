package io.github.dirtyrange.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dirtyrange.kernel.Capabilities;
import io.github.dirtyrange.kernel.Capability;
import io.github.dirtyrange.lab.MachineLacksException;
import io.github.dirtyrange.track.Strategy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class StrategyChoiceTest {

  private static final Capability NO_SAMPLING =
      new Capability(Capability.CHANGE_QUEUE, false, "kernel.perf_event_paranoid is 3");

  @Test
  void withoutNamesAllThatTheKernelAllowsTakePart() {
    assertThat(choose(Set.of(), given(Capability.WP_ASYNC, Capability.PAGEMAP_SCAN)))
        .containsExactly(Strategy.PAGEMAP, Strategy.PAGEMAP_SCAN, Strategy.PERFECT);
  }

  @Test
  void softDirtyAloneAllowsPagemap() {
    assertThat(choose(Set.of(), given(Capability.SOFT_DIRTY))).containsExactly(Strategy.PAGEMAP);
  }

  @Test
  void softDirtyAndFaultSamplesAllowTheQueueOfThem() {
    assertThat(choose(Set.of(), given(Capability.SOFT_DIRTY, Capability.FAULT_SAMPLES)))
        .containsExactly(Strategy.PAGEMAP, Strategy.SOFT_DIRTY_QUEUE);
  }

  @Test
  void theQueueOfAPatchedKernelNeedsNothingElse() {
    assertThat(choose(Set.of(), given(Capability.KERNEL_QUEUE)))
        .containsExactly(Strategy.KERNEL_QUEUE);
  }

  @Test
  void withoutSoftDirtyTheQueueOfItIsRefusedWithTheReason() {
    assertThatThrownBy(
            () ->
                choose(
                    EnumSet.of(Strategy.SOFT_DIRTY_QUEUE),
                    given(Capability.FAULT_SAMPLES, Capability.CHANGE_QUEUE)))
        .isInstanceOf(MachineLacksException.class)
        .hasMessage(
            "soft-dirty-queue needs softDirty, which is not to be had here: not probed on this"
                + " kernel");
  }

  @Test
  void aNamedStrategyThatIsNotAllowedIsSaidWithTheSetting() {
    assertThatThrownBy(
            () ->
                choose(
                    EnumSet.of(Strategy.QUEUE),
                    given(Capability.WP_ASYNC, Capability.PAGEMAP_SCAN)))
        .isInstanceOf(MachineLacksException.class)
        .hasMessage(
            "queue needs changeQueue, which is not to be had here: kernel.perf_event_paranoid is"
                + " 3");
  }

  @Test
  void aKernelThatAllowsNothingIsRefused() {
    assertThatThrownBy(() -> choose(Set.of(), given()))
        .isInstanceOf(MachineLacksException.class)
        .hasMessageStartingWith("every strategy needs ");
  }

  private static List<Strategy> choose(Set<Strategy> named, Capabilities capabilities) {
    return StrategyChoice.of(named, capabilities);
  }

  private static Capabilities given(String... names) {
    List<Capability> all = new ArrayList<>(List.of(NO_SAMPLING));
    Arrays.stream(names).map(name -> new Capability(name, true, "works")).forEach(all::add);
    return new Capabilities(all);
  }
}
