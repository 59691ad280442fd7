package io.github.dirtyrange.kernel.kit;

import java.util.List;

/**
 * Which designs kept which laws.
 *
 * @param plan what was to be run
 * @param designs what came of each design that was begun, in the order in which they were named
 */
public record LawReport(LawPlan plan, List<DesignLaws> designs) {

  /** Copies the list. */
  public LawReport {
    designs = List.copyOf(designs);
  }

  /** {@return whether every design kept every law that it claims} */
  public boolean isRight() {
    return designs.stream().allMatch(DesignLaws::isRight);
  }
}
