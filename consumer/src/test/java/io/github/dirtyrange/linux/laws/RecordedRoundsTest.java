package io.github.dirtyrange.linux.laws;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dirtyrange.conform.Layout;
import io.github.dirtyrange.kernel.Capability;
import io.github.dirtyrange.kernel.Law;
import io.github.dirtyrange.linux.OnLinux;
import org.junit.jupiter.api.Test;

/**
 * Records and soft-dirty, which need no userfaultfd, held against the laws that this way claims, as
 * {@link WatchedPrograms} run.
 */
class RecordedRoundsTest {

  @Test
  void aRoundSaysWhatHasHappened() {
    OnLinux.need(Capability.BPF_HOOKS, Capability.SOFT_DIRTY);
    WatchedPrograms.run(
        WatchedPrograms::armsNothing,
        (kernel, machine, random) -> {
          RecordedRounds rounds = new RecordedRounds(kernel, machine, Layout.HUGE, random);
          assertThat(rounds.tracker().claims().always()).contains(Law.COMPLETE, Law.CANONICAL);
          return rounds;
        });
  }
}
