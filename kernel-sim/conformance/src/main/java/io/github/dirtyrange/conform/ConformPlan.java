package io.github.dirtyrange.conform;

import java.util.Set;

/**
 * What to run.
 *
 * @param programs how many programs
 * @param steps operations in each
 * @param seed of the generator
 * @param kinds which kinds of operation may occur
 */
public record ConformPlan(long programs, int steps, long seed, Set<OperationKind> kinds) {

  /** Copies the set. */
  public ConformPlan {
    kinds = Set.copyOf(kinds);
  }
}
