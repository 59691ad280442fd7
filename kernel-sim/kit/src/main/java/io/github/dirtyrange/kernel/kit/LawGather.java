package io.github.dirtyrange.kernel.kit;

import io.github.dirtyrange.kernel.Law;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Set;

/** Joins the reports of a plan's shards into what one run of the whole plan would have reported. */
public final class LawGather {

  private LawGather() {}

  /**
   * {@return the report of all shards}
   *
   * @param shards a report of each, in any order
   * @throws IllegalArgumentException if they are not the shards of one plan, each once and whole,
   *     of the same designs; with a line that says why
   */
  public static LawReport join(List<LawReport> shards) {
    LawReport first = shards.get(0);
    BitSet seen = new BitSet();
    for (LawReport shard : shards) {
      LawPlan plan = shard.plan();
      requireSame(first, shard);
      requireWhole(shard);
      refuseIf(seen.get(plan.shard()), "shard " + plan.shardName() + " is there twice");
      seen.set(plan.shard());
    }
    int of = first.plan().shards();
    int missing = seen.nextClearBit(1);
    refuseIf(missing <= of, "shard " + missing + "/" + of + " is missing");
    List<DesignLaws> designs = new ArrayList<>();
    for (int i = 0; i < first.designs().size(); i++) {
      int design = i;
      designs.add(joined(shards.stream().map(shard -> shard.designs().get(design)).toList()));
    }
    return new LawReport(first.plan().whole(), designs);
  }

  private static DesignLaws joined(List<DesignLaws> shards) {
    DesignLaws first = shards.get(0);
    Set<Law> claims = first.claims();
    refuseIf(
        shards.stream().anyMatch(shard -> !shard.claims().equals(claims)),
        "they are of two designs " + first.design() + ", which claim different laws");
    int programs = shards.stream().mapToInt(DesignLaws::programs).sum();
    List<LawBreach> breaches = shards.stream().flatMap(shard -> shard.breaches().stream()).toList();
    return new DesignLaws(first.design(), claims, programs, breaches);
  }

  private static void requireSame(LawReport first, LawReport other) {
    LawPlan plan = first.plan();
    LawPlan others = other.plan();
    refuseIf(
        plan.seed() != others.seed(), "they have seeds " + plan.seed() + " and " + others.seed());
    refuseIf(
        plan.programs() != others.programs(),
        String.format("they have --programs %d and %d", plan.programs(), others.programs()));
    refuseIf(
        plan.shards() != others.shards(),
        "they are shards " + plan.shardName() + " and " + others.shardName());
    refuseIf(
        !plan.designs().equals(others.designs()),
        "they are of different designs: "
            + String.join(", ", plan.designs())
            + " and "
            + String.join(", ", others.designs()));
  }

  /** One that was interrupted would make the whole look like less. */
  private static void requireWhole(LawReport report) {
    LawPlan plan = report.plan();
    List<String> begun = report.designs().stream().map(DesignLaws::design).toList();
    refuseIf(
        !begun.equals(plan.designs()),
        String.format(
            "shard %s ran %d of its %d designs",
            plan.shardName(), begun.size(), plan.designs().size()));
    for (DesignLaws laws : report.designs()) {
      refuseIf(
          laws.programs() != plan.ownPrograms(),
          String.format(
              "shard %s ran %,d of its %,d programs on %s",
              plan.shardName(), laws.programs(), plan.ownPrograms(), laws.design()));
    }
  }

  private static void refuseIf(boolean bad, String why) {
    if (bad) {
      throw new IllegalArgumentException(why);
    }
  }
}
