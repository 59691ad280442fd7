package io.github.dirtyrange.kernel.kit;

import io.github.dirtyrange.kernel.sim.machine.Profile;
import io.github.dirtyrange.kernel.sim.machine.Quirk;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;

/**
 * Which designs are looked at, and with which programs. Program number n of a seed is always the
 * same. Of N shards, the K-th has every N-th program from the K-th on; the shards are disjoint, and
 * together they are the whole.
 *
 * @param designs the designs' names, each once
 * @param programs how many programs a design, those of all shards together
 * @param seed from which they are drawn
 * @param shard which shard is run, from 1 on
 * @param shards how many there are
 */
public record LawPlan(List<String> designs, int programs, long seed, int shard, int shards) {

  private static final List<Profile> PROFILES =
      List.of(Profile.V7_3, Profile.V7_3.with(Quirk.NO_SOFT_DIRTY));

  /**
   * Copies the list and checks the numbers.
   *
   * @throws IllegalArgumentException if there is nothing to run, or no such shard
   */
  public LawPlan {
    designs = List.copyOf(designs);
    if (programs < 1) {
      throw new IllegalArgumentException("there are no " + programs + " programs; give at least 1");
    }
    if (shard < 1 || shard > shards || shards > programs) {
      throw new IllegalArgumentException(
          "there is no shard " + shard + "/" + shards + " of " + programs + " programs");
    }
  }

  /** All programs. */
  public LawPlan(List<String> designs, int programs, long seed) {
    this(designs, programs, seed, 1, 1);
  }

  /** {@return the same programs, as one of some shards} */
  public LawPlan withShard(int number, int of) {
    return new LawPlan(designs, programs, seed, number, of);
  }

  /** {@return the same, all of them} */
  public LawPlan whole() {
    return withShard(1, 1);
  }

  /** {@return how many programs the shard has} */
  public int ownPrograms() {
    return (programs - shard) / shards + 1;
  }

  /** {@return the shard's number and how many there are, as in 2/8} */
  public String shardName() {
    return shard + "/" + shards;
  }

  /** {@return the kernel that a program runs on; half of them have no soft-dirty} */
  Profile profile(int number) {
    return PROFILES.get((number - 1) % PROFILES.size());
  }

  /** {@return what a program of that number is drawn from} */
  Random random(int number) {
    long ofSeed = new SplittableRandom(seed).nextLong();
    return new Random(new SplittableRandom(ofSeed + number).nextLong());
  }
}
