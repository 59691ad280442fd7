package io.github.dirtyrange.conform;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Joins the reports of a plan's shards into what one run of the whole plan would have reported. */
public final class ConformGather {

  private ConformGather() {}

  /**
   * {@return the report of all shards}
   *
   * @param shards a report of each, in any order
   * @throws IllegalArgumentException if they are not the shards of one plan, each once, on one
   *     kernel; with a line that says why
   */
  public static ConformReport join(List<ConformReport> shards) {
    ConformReport first = shards.get(0);
    ConformPlan plan = requirePlan(first);
    BitSet seen = new BitSet();
    Tally tally = new Tally();
    long mismatches = 0;
    Map<FreeBits.Freedom, Long> freedoms = new EnumMap<>(FreeBits.Freedom.class);
    List<Counterexample> examples = new ArrayList<>();
    for (ConformReport report : shards) {
      requireSame(first, report);
      Shard shard = requirePlan(report).shard();
      requireWhole(report);
      refuseIf(seen.get(shard.number()), "shard " + shard + " is there twice");
      seen.set(shard.number());
      tally.add(report.tally());
      mismatches += report.mismatches();
      report.freeBitsUsed().forEach((freedom, uses) -> freedoms.merge(freedom, uses, Long::sum));
      examples.addAll(report.counterexamples());
    }
    int missing = seen.nextClearBit(1);
    refuseIf(
        missing <= plan.shard().of(), "shard " + missing + "/" + plan.shard().of() + " is missing");
    examples.sort(Comparator.comparingLong(Counterexample::index));
    return new ConformReport(
        first.kernel(),
        first.profile(),
        plan.withShard(Shard.WHOLE),
        tally,
        mismatches,
        freedoms,
        examples.subList(0, Math.min(1, examples.size())));
  }

  private static void requireSame(ConformReport first, ConformReport other) {
    refuseIf(
        !first.kernel().equals(other.kernel()),
        "they are of two kernels, " + first.kernel() + " and " + other.kernel());
    refuseIf(
        !first.profile().equals(other.profile()),
        "they simulate two kernels, " + first.profile() + " and " + other.profile());
    refuseIf(
        first.seed() != other.seed(), "they have seeds " + first.seed() + " and " + other.seed());
    refuseIf(
        (first.tally().drains() == 0) != (other.tally().drains() == 0),
        "one compares drains (--drains), the other does not");
    ConformPlan plan = requirePlan(first);
    ConformPlan others = requirePlan(other);
    refuseIf(
        plan.shard().of() != others.shard().of(),
        "they are shards " + plan.shard() + " and " + others.shard());
    refuseIf(
        !plan.withShard(Shard.WHOLE).equals(others.withShard(Shard.WHOLE)),
        "they differ in --programs, --steps or --ops");
  }

  /** One that was interrupted would make the whole look like less. */
  private static void requireWhole(ConformReport report) {
    ConformPlan plan = requirePlan(report);
    refuseIf(
        report.tally().programs() != plan.ownPrograms(),
        String.format(
            "shard %s ran %,d of its %,d programs",
            plan.shard(), report.tally().programs(), plan.ownPrograms()));
  }

  private static ConformPlan requirePlan(ConformReport report) {
    ConformPlan plan = report.plan();
    if (plan == null) {
      throw new IllegalArgumentException("one is of a program that was given, not drawn");
    }
    return plan;
  }

  private static void refuseIf(boolean bad, String why) {
    if (bad) {
      throw new IllegalArgumentException(why);
    }
  }
}
