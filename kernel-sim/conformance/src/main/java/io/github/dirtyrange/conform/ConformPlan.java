package io.github.dirtyrange.conform;

import java.util.Set;

/**
 * What to run.
 *
 * @param programs how many programs, those of all shards together
 * @param steps operations in each
 * @param seed of the generator
 * @param kinds which kinds of operation may occur
 * @param shard which of the programs are run
 */
public record ConformPlan(
    long programs, int steps, long seed, Set<OperationKind> kinds, Shard shard) {

  /** Copies the set. */
  public ConformPlan {
    kinds = Set.copyOf(kinds);
  }

  /** All programs. */
  public ConformPlan(long programs, int steps, long seed, Set<OperationKind> kinds) {
    this(programs, steps, seed, kinds, Shard.WHOLE);
  }

  /** {@return how many programs the shard has} */
  public long ownPrograms() {
    return (programs + shard.of() - shard.number()) / shard.of();
  }

  /** {@return the same, as one of some shards} */
  public ConformPlan withShard(Shard other) {
    return new ConformPlan(programs, steps, seed, kinds, other);
  }
}
