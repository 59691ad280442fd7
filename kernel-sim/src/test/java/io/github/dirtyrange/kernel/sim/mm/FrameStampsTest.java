package io.github.dirtyrange.kernel.sim.mm;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Against a map, which has no chunks. */
class FrameStampsTest {

  private static final long FRAMES = 3 * 512;
  private static final long WIDE = 1L << 40;

  /** Sets some frames in a row, upwards or downwards, to one number. */
  record Run(long first, int frames, boolean upwards, long stamp) {

    LongStream each() {
      return LongStream.range(0, frames)
          .map(i -> upwards ? first + i : first - i)
          .filter(frame -> frame >= 0 && frame < FRAMES);
    }
  }

  @Provide
  static Arbitrary<List<Run>> runs() {
    Arbitrary<Long> first =
        Arbitraries.oneOf(
            Arbitraries.of(0L, 1L, 511L, 512L, 1023L, 1024L),
            Arbitraries.longs().between(0, FRAMES - 1));
    Arbitrary<Integer> frames =
        Arbitraries.oneOf(Arbitraries.of(1, 2, 512), Arbitraries.integers().between(1, 1024));
    Arbitrary<Long> stamp = Arbitraries.of(0L, 0L, 1L, 2L, WIDE, WIDE + 1);
    return Combinators.combine(first, frames, Arbitraries.of(true, false), stamp)
        .as(Run::new)
        .list()
        .ofMaxSize(12);
  }

  @Property
  void everyFrameHoldsWhatItWasSetToLast(@ForAll("runs") List<Run> runs) {
    FrameStamps stamps = new FrameStamps();
    Map<Long, Long> expected = new HashMap<>();
    for (Run run : runs) {
      run.each().forEach(frame -> stamps.set(frame, run.stamp()));
      run.each().forEach(frame -> expected.put(frame, run.stamp()));
      assertAreAsIn(expected, stamps);
    }
  }

  @Example
  void aChunkThatIsClearedBeginsAnew() {
    FrameStamps stamps = new FrameStamps();
    stamps.set(512 + 7, WIDE);
    stamps.clearChunk(1);
    stamps.set(512 + 9, 3);
    assertAreAsIn(Map.of(512L + 9, 3L), stamps);
  }

  private static void assertAreAsIn(Map<Long, Long> expected, FrameStamps stamps) {
    for (long frame = 0; frame < FRAMES; frame++) {
      assertThat(stamps.get(frame))
          .as("frame %d", frame)
          .isEqualTo(expected.getOrDefault(frame, 0L));
    }
  }
}
