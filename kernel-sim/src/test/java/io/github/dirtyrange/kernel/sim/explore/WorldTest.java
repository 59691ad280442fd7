package io.github.dirtyrange.kernel.sim.explore;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dirtyrange.kernel.sim.queue.QueueDesign;
import io.github.dirtyrange.kernel.sim.queue.QueueDesigns;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class WorldTest {

  static List<QueueDesign> designs() {
    return QueueDesigns.registered();
  }

  /** A state read back goes on as the one that was saved, the queue made anew included. */
  @ParameterizedTest
  @MethodSource("designs")
  void aSavedStateGoesOnAsTheOneThatWasSaved(QueueDesign queue) {
    Bounds bounds = new Bounds(3, 3, 8, 2, 3, 3);
    World lived = world(bounds, queue);
    World restored = world(bounds, queue);
    Random random = new Random(7);
    for (int step = 0; step < 3_000; step++) {
      if (lived.isFinished()) {
        lived.reset();
      }
      long[] before = lived.save().clone();
      int action = random.nextInt(lived.actions());
      lived.act(action);
      restored.load(before);
      assertThat(restored.save()).isEqualTo(before);
      restored.act(action);
      assertThat(restored.save()).as("step %d", step).isEqualTo(lived.save());
    }
  }

  private static World world(Bounds bounds, QueueDesign queue) {
    return new World(bounds, queue, QueueHistory.NEW, Set.of());
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 5, 31})
  void numbersComeBackAsTheyWerePacked(int width) {
    Bits bits = new Bits(width * 40);
    int[] numbers =
        new Random(width).ints(40, 0, (int) Math.min(Integer.MAX_VALUE, 1L << width)).toArray();
    Arrays.stream(numbers).forEach(number -> bits.put(number, width));
    bits.rewind();
    for (int number : numbers) {
      assertThat(bits.get(width)).isEqualTo(number);
    }
  }
}
