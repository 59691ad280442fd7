package io.github.dirtyrange.linux.laws;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dirtyrange.conform.Layout;
import io.github.dirtyrange.kernel.Capability;
import io.github.dirtyrange.kernel.Law;
import io.github.dirtyrange.linux.OnLinux;
import org.junit.jupiter.api.Test;

/** A queue by records, held against the laws it claims, as {@link WatchedPrograms} run. */
class RecordedLawsTest {

  @Test
  void aDrainSaysWhatHasHappened() {
    OnLinux.need(Capability.BPF_HOOKS, Capability.WP_ASYNC);
    WatchedPrograms.run(
        WatchedPrograms::armsNothing,
        (kernel, machine, random) -> {
          RecordedLaws laws = new RecordedLaws(machine, Layout.HUGE, random);
          assertThat(laws.queue().claims().always())
              .contains(Law.COMPLETE, Law.EXACT, Law.CARRIES_DELTAS, Law.FOLLOWS_PAGES);
          return laws;
        });
  }
}
