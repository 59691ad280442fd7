package io.github.dirtyrange.kernel.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dirtyrange.kernel.ChangeQueue;
import io.github.dirtyrange.kernel.ChangeQueueOptions;
import io.github.dirtyrange.kernel.ChangeSink;
import io.github.dirtyrange.kernel.PageChangeBuffer;
import io.github.dirtyrange.kernel.PageRange;
import io.github.dirtyrange.kernel.TrackedProcess;
import io.github.dirtyrange.kernel.kit.ProgramArbitraries;
import io.github.dirtyrange.kernel.kit.Step;
import io.github.dirtyrange.kernel.kit.Step.Kind;
import io.github.dirtyrange.kernel.kit.Window;
import io.github.dirtyrange.kernel.sim.machine.Profile;
import io.github.dirtyrange.kernel.sim.queue.QueueDesign;
import io.github.dirtyrange.kernel.sim.queue.QueueDesigns;
import io.github.dirtyrange.kernel.sim.track.SimChangeQueue;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.function.Consumer;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** A peek says what a drain then hands out, and leaves everything as it was. */
class PeekTest {

  private static final Window WINDOW = Window.LARGE;

  private record Change(long startVpn, long endVpn, long changed, long now) {}

  /** Twice, or a peek that took or armed something would go unseen. */
  @Property(tries = 200)
  void aDrainHandsOutWhatTwoPeeksBeforeItSaid(
      @ForAll("programs") List<Step> program, @ForAll("designs") QueueDesign design) {
    run(
        program,
        design,
        queue -> {
          List<Change> first = from(queue::peek);
          assertThat(from(queue::peek)).isEqualTo(first);
          assertThat(from(sink -> queue.drain(sink))).isEqualTo(first);
        });
  }

  @Property(tries = 200)
  void amidADrainItSaysWhatIsLeftOfIt(
      @ForAll("programs") List<Step> program, @ForAll("designs") QueueDesign design) {
    run(
        program,
        design,
        queue -> {
          queue.drain(new PageChangeBuffer(2));
          List<Change> left = from(queue::peek);
          assertThat(from(queue::peek)).isEqualTo(left);
          assertThat(from(sink -> queue.drain(sink))).isEqualTo(left);
        });
  }

  @Example
  void amidAHugePageItSaysWhatItWasBeforeThisDrain() {
    amidADrainItSaysWhatIsLeftOfIt(
        List.of(
            new Step(Kind.MMAP, 0, Window.SLOTS),
            new Step(Kind.STORE_RANGE, 12, 8),
            new Step(Kind.DRAIN, 0, 1),
            new Step(Kind.DONTNEED, 13, 1),
            new Step(Kind.DONTNEED, 15, 1),
            new Step(Kind.DONTNEED, 17, 1),
            new Step(Kind.COLLAPSE, 12, 8)),
        QueueDesigns.find("locked-map"));
  }

  private static void run(List<Step> program, QueueDesign design, Consumer<ChangeQueue> check) {
    SimKernel kernel = new SimKernel(Profile.V7_3);
    SimProcess process = kernel.spawn();
    TrackedProcess tracked = kernel.open(process.pid(), design);
    List<PageRange> ranges = List.of(new PageRange(WINDOW.base(), WINDOW.end()));
    try (ChangeQueue queue =
        tracked.openChangeQueue(new ChangeQueueOptions(ranges, SimChangeQueue.LEAST_BYTES))) {
      for (Step step : program) {
        if (step.kind() == Kind.DRAIN) {
          check.accept(queue);
        } else {
          step.run(WINDOW, process, tracked);
        }
      }
      check.accept(queue);
    }
  }

  private static List<Change> from(Consumer<ChangeSink> call) {
    List<Change> changes = new ArrayList<>();
    call.accept((start, end, changed, now) -> changes.add(new Change(start, end, changed, now)));
    return changes;
  }

  @Provide
  Arbitrary<List<Step>> programs() {
    return ProgramArbitraries.of(EnumSet.complementOf(EnumSet.of(Kind.DRAIN_PART)));
  }

  @Provide
  Arbitrary<QueueDesign> designs() {
    return Arbitraries.of(QueueDesigns.registered());
  }
}
