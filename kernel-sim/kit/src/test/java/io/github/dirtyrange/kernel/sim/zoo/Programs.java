package io.github.dirtyrange.kernel.sim.zoo;

import io.github.dirtyrange.kernel.kit.Step;
import io.github.dirtyrange.kernel.kit.Step.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Random programs of few kinds of operations in few places, so that they meet.
 *
 * @param kinds what to do
 * @param slots where
 * @param counts on how many slots
 */
record Programs(List<Kind> kinds, List<Integer> slots, List<Integer> counts) {

  private static final int LEAST_STEPS = 6;
  private static final int MOST_STEPS = 24;

  /** {@return programs on a few slots next to each other} */
  static Programs of(Kind... kinds) {
    return new Programs(List.of(kinds), List.of(0, 1, 2, 3, 4, 5), List.of(1, 2, 3, 4));
  }

  /** {@return the same, on one range alone} */
  Programs on(int slot, int count) {
    return new Programs(kinds, List.of(slot), List.of(count));
  }

  List<Step> next(Random random) {
    List<Step> program = new ArrayList<>();
    int steps = LEAST_STEPS + random.nextInt(MOST_STEPS - LEAST_STEPS);
    for (int i = 0; i < steps; i++) {
      program.add(new Step(pick(kinds, random), pick(slots, random), pick(counts, random)));
    }
    return program;
  }

  private static <T> T pick(List<T> from, Random random) {
    return from.get(random.nextInt(from.size()));
  }
}
