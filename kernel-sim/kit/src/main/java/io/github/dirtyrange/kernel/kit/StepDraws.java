package io.github.dirtyrange.kernel.kit;

import io.github.dirtyrange.kernel.kit.Step.Kind;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Random;

/** Draws programs of a process; what it draws is a function of what the random numbers are. */
public final class StepDraws {

  private static final int MOST_STEPS = 24;

  /** One step of five maps memory, of so many slots. */
  private static final int MAPS = 5;

  private static final int MAPPED_SLOTS = 8;

  private final List<Kind> kinds;

  /** Draws steps of these kinds, and some that map memory. */
  public StepDraws(Collection<Kind> kinds) {
    this.kinds = kinds.stream().distinct().sorted().toList();
  }

  /** {@return one that draws ordinary steps} */
  public static StepDraws ordinary() {
    return new StepDraws(Step.ORDINARY);
  }

  /** {@return a program} */
  public List<Step> next(Random random) {
    List<Step> steps = new ArrayList<>();
    addTo(steps, random);
    return steps;
  }

  /**
   * {@return a program that begins, in half of the cases, by opening a queue in the place of the
   * first one: of other ranges, in other memory}
   */
  public List<Step> nextOpened(Random random) {
    List<Step> steps = new ArrayList<>();
    if (random.nextBoolean()) {
      steps.add(new Step(Kind.OPEN, random.nextInt(Window.SLOTS - 3), 1 + random.nextInt(3)));
    }
    addTo(steps, random);
    return steps;
  }

  private void addTo(List<Step> steps, Random random) {
    int count = 1 + random.nextInt(MOST_STEPS);
    for (int i = 0; i < count; i++) {
      steps.add(random.nextInt(MAPS) == 0 ? map(random) : any(random));
    }
  }

  private static Step map(Random random) {
    return new Step(Kind.MMAP, random.nextInt(Window.SLOTS - MAPPED_SLOTS + 1), MAPPED_SLOTS);
  }

  private Step any(Random random) {
    Kind kind = kinds.get(random.nextInt(kinds.size()));
    int slot = random.nextInt(Window.SLOTS);
    int slots = 1 + random.nextInt(Window.SLOTS);
    return new Step(kind, slot, Math.min(slots, Window.SLOTS - slot));
  }
}
