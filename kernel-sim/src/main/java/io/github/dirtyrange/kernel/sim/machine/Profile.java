package io.github.dirtyrange.kernel.sim.machine;

import java.util.EnumSet;
import java.util.Set;

/**
 * A kernel as it is built and configured somewhere: a name and a set of quirks.
 *
 * @param name what {@code release()} answers
 * @param quirks in what it differs from the newest kernel modelled
 */
public record Profile(String name, Set<Quirk> quirks) {

  /** Linux 6.1: soft-dirty, and no PAGEMAP_SCAN. */
  public static final Profile V6_1 = linux("6.1");

  /** Linux 6.12. */
  public static final Profile V6_12 = linux("6.12");

  /** Linux 6.18 with soft-dirty compiled out, as a cloud's kernel was measured. */
  public static final Profile V6_18 = linux("6.18").with(Quirk.NO_SOFT_DIRTY);

  /** Linux 7.3: the newest modelled. */
  public static final Profile V7_3 = linux("7.3");

  /** Copies the set. */
  public Profile {
    quirks = Set.copyOf(quirks);
  }

  /**
   * {@return the kernel of a release, with the quirks that it has however it is configured}
   *
   * @param release from 6.1 to 7.3, as 6.8 or 6.12.95; without a third number the series as it was
   *     measured, if it was, or else its first release
   * @throws IllegalArgumentException if it is not simulated; the message says what is
   */
  public static Profile linux(String release) {
    Release simulated = Release.simulated(release);
    Set<Quirk> quirks = EnumSet.allOf(Quirk.class);
    quirks.removeIf(quirk -> !quirk.affected().includes(simulated));
    return new Profile(release, quirks);
  }

  /**
   * {@return the kernel of a name: a release, then quirks switched on or off, as {@code
   * 6.18+HOLE_NEVER_WRITTEN-NO_GUARD_CATEGORY}}
   *
   * @throws IllegalArgumentException if there is none; the message says what is wrong
   */
  public static Profile named(String name) {
    return named(name, Set.of());
  }

  /**
   * {@return the same, its release configured in some way before quirks are switched}
   *
   * @param configuration the quirks that this gives any release
   * @throws IllegalArgumentException if there is none; the message says what is wrong
   */
  public static Profile named(String name, Set<Quirk> configuration) {
    return ProfileName.parse(name, configuration);
  }

  /** {@return a profile with these quirks} */
  public static Profile of(String name, Quirk... quirks) {
    return new Profile(name, Set.of(quirks));
  }

  /** {@return whether the kernel has the quirk} */
  public boolean has(Quirk quirk) {
    return quirks.contains(quirk);
  }

  /** {@return the quirks that it has by its configuration, and not by its release} */
  public Set<Quirk> configuration() {
    Set<Quirk> configured = copy();
    configured.removeIf(quirk -> !(quirk.affected() instanceof Affected.Configuration));
    return configured;
  }

  /** {@return the same kernel with the quirk} */
  public Profile with(Quirk quirk) {
    Set<Quirk> more = copy();
    more.add(quirk);
    return new Profile(name + "+" + quirk, more);
  }

  /** {@return the same kernel without the quirk} */
  public Profile without(Quirk quirk) {
    Set<Quirk> fewer = copy();
    fewer.remove(quirk);
    return new Profile(name + "-" + quirk, fewer);
  }

  private Set<Quirk> copy() {
    Set<Quirk> copy = EnumSet.noneOf(Quirk.class);
    copy.addAll(quirks);
    return copy;
  }
}
