package io.github.dirtyrange.linux.soak;

import io.github.dirtyrange.kernel.Capability;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/**
 * What a soak plays.
 *
 * @param rounds how many rounds each process plays
 * @param without operations of the target, and habits of its tracker, that are left out
 * @param source what the queue goes by
 * @param plant what is broken on purpose
 */
record SoakOptions(int rounds, Set<String> without, Source source, Plant plant) {

  /** What a queue goes by. */
  enum Source {
    /** Samples of faults, and a sweep. */
    SAMPLES,
    /** Records of all that changes pages; what is in them is told, too. */
    RECORDS,
    /** Such records, and soft-dirty: nothing is armed, and to begin again forgets. */
    SOFT_DIRTY;

    /** {@return the capabilities that it takes} */
    String[] needs() {
      return switch (this) {
        case SAMPLES -> new String[] {Capability.CHANGE_QUEUE};
        case RECORDS -> new String[] {Capability.CHANGE_QUEUE, Capability.BPF_HOOKS};
        case SOFT_DIRTY -> new String[] {Capability.SOFT_DIRTY, Capability.BPF_HOOKS};
      };
    }
  }

  /** A tracker's habit: a sink that throws in the middle of a drain. */
  static final String THROWING_SINKS = "throwing-sinks";

  /** A tracker's habit: queueing is switched off and on again. */
  static final String OFF_AND_ON = "off-and-on";

  /** A tracker's habit: the queue is opened while the target plays. */
  static final String OPENING_IN_ROUNDS = "opening-in-rounds";

  /** A tracker's habit: an exact drain by itself is taken for all, without a refresh beside. */
  static final String EXACT_ALONE = "exact-alone";

  /** A tracker's habit: memory that the process has registered itself is tracked. */
  static final String SELF_REGISTERED = "self-registered";

  /** What is broken on purpose, to see that it is found. */
  enum Plant {
    NOTHING,
    /** One region in 64 that a drain tells is not told. */
    REGIONS,
    /** What a refresh of the arming says is not told. */
    NEWS,
    /** What a drain after a loss tells is not told. */
    LOSSES
  }

  /**
   * Options of system properties: {@code soak.rounds}, {@code soak.without} (commas between),
   * {@code soak.source} (samples, records, soft-dirty).
   */
  static SoakOptions ofProperties() {
    String without = System.getProperty("soak.without", "");
    return new SoakOptions(
        Integer.getInteger("soak.rounds", 25),
        without.isEmpty() ? Set.of() : new TreeSet<>(Arrays.asList(without.split(",", -1))),
        Source.valueOf(
            System.getProperty("soak.source", "samples")
                .toUpperCase(Locale.ROOT)
                .replace('-', '_')),
        Plant.NOTHING);
  }

  /** {@return the same with something broken} */
  SoakOptions with(Plant broken) {
    return new SoakOptions(rounds, without, source, broken);
  }

  boolean has(String habit) {
    boolean needsArming = habit.equals(OFF_AND_ON) || habit.equals(SELF_REGISTERED);
    return !without.contains(habit) && !(needsArming && source == Source.SOFT_DIRTY);
  }
}
