package io.github.dirtyrange.track;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dirtyrange.kernel.Categories;
import io.github.dirtyrange.kernel.ChangeQueue;
import io.github.dirtyrange.kernel.ChangeQueueOptions;
import io.github.dirtyrange.kernel.PageRange;
import io.github.dirtyrange.kernel.Presence;
import io.github.dirtyrange.kernel.TrackedProcess;
import io.github.dirtyrange.kernel.TrackedRanges;
import io.github.dirtyrange.kernel.kit.ProgramArbitraries;
import io.github.dirtyrange.kernel.kit.Step;
import io.github.dirtyrange.kernel.kit.Window;
import io.github.dirtyrange.kernel.sim.SimKernel;
import io.github.dirtyrange.kernel.sim.SimProcess;
import io.github.dirtyrange.kernel.sim.machine.Profile;
import io.github.dirtyrange.kernel.sim.queue.QueueDesign;
import io.github.dirtyrange.kernel.sim.queue.QueueDesigns;
import io.github.dirtyrange.kernel.sim.track.SimChangeQueue;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** A map kept by drains alone is what a look at everything shows (law L8). */
class MaintainedMapTest {

  private static final Window WINDOW = Window.LARGE;
  private static final TrackedRanges RANGES =
      TrackedRanges.of(new PageRange(WINDOW.base(), WINDOW.end()));

  private static final long ENOUGH_BYTES = 1 << 20;

  @Property(tries = 500)
  void keptByDrainsItShowsWhatIsThere(
      @ForAll("programs") List<Step> program,
      @ForAll("profiles") Profile profile,
      @ForAll("designs") QueueDesign design,
      @ForAll("bytes") long bytes) {
    SimKernel kernel = new SimKernel(profile);
    SimProcess process = kernel.spawn();
    TrackedProcess tracked = kernel.open(process.pid(), design);
    try (ChangeQueue queue = tracked.openChangeQueue(new ChangeQueueOptions(RANGES, bytes))) {
      MaintainedMap map = MaintainedMap.of(tracked, RANGES, queue);
      for (Step step : program) {
        step.run(WINDOW, process, tracked);
        if (step.kind() == Step.Kind.DRAIN) {
          assertRight(map, queue, process);
        }
      }
      assertRight(map, queue, process);
    }
  }

  private static void assertRight(MaintainedMap map, ChangeQueue queue, SimProcess process) {
    queue.drain(map);
    map.endDrain();
    long[] shown = new long[WINDOW.pages()];
    new Presence(process.tracked())
        .read(WINDOW.base(), WINDOW.end(), (from, to, mask) -> fill(shown, from, to, mask));
    long[] kept = new long[WINDOW.pages()];
    map.forEach((from, to, mask) -> fill(kept, from, to, mask));
    for (int page = 0; page < shown.length; page++) {
      assertThat(Categories.toString(kept[page]))
          .as("page %d", page)
          .isEqualTo(Categories.toString(shown[page]));
    }
    assertThat(map.pages()).isEqualTo(Arrays.stream(shown).filter(mask -> mask != 0).count());
  }

  private static void fill(long[] masks, long from, long to, long mask) {
    Arrays.fill(masks, (int) (from - WINDOW.base()), (int) (to - WINDOW.base()), mask);
  }

  @Example
  void aQueueThatDoesNotTellIsRefused() {
    SimProcess process = new SimKernel(Profile.V6_12).spawn();
    ChangeQueueOptions options =
        new ChangeQueueOptions(RANGES, ENOUGH_BYTES)
            .withChanged(Categories.SOFT_DIRTY)
            .withNow(Categories.SOFT_DIRTY);
    try (ChangeQueue queue = process.tracked().openChangeQueue(options)) {
      assertThatThrownBy(() -> MaintainedMap.of(process.tracked(), RANGES, queue))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("PRESENT");
    }
  }

  @Provide
  Arbitrary<List<Step>> programs() {
    return ProgramArbitraries.of(Step.SHOWN_BY_SCANS);
  }

  @Provide
  Arbitrary<Profile> profiles() {
    return Arbitraries.of(Profile.V6_12, Profile.V7_3);
  }

  @Provide
  Arbitrary<QueueDesign> designs() {
    return Arbitraries.of(QueueDesigns.registered());
  }

  /** With the least, regions are joined, and COARSE. */
  @Provide
  Arbitrary<Long> bytes() {
    return Arbitraries.of(SimChangeQueue.LEAST_BYTES, ENOUGH_BYTES);
  }
}
