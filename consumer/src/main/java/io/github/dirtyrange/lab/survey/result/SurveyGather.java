package io.github.dirtyrange.lab.survey.result;

import io.github.dirtyrange.lab.result.Units;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Joins the results of a plan's shards into what one survey of the whole plan would have found. */
public final class SurveyGather {

  private SurveyGather() {}

  /**
   * {@return the result of all shards}
   *
   * @param shards the result of each, in any order
   * @throws IllegalArgumentException if they are not the shards of one plan, each once and whole;
   *     with a line that says why
   */
  public static SurveyResult join(List<SurveyResult> shards) {
    SurveyPlan first = shards.get(0).plan();
    BitSet seen = new BitSet();
    Map<SurveyPoint, MeasuredPoint> measured = new HashMap<>();
    for (SurveyResult shard : shards) {
      SurveyPlan plan = shard.plan();
      String name = plan.shard() + "/" + plan.shards();
      refuseIf(
          plan.shards() != first.shards(),
          "they are shards " + first.shard() + "/" + first.shards() + " and " + name);
      PlanDifference.between(first.whole(), plan.whole()).ifPresent(SurveyGather::refuse);
      refuseIf(
          !shard.isWhole(),
          "shard "
              + name
              + " has "
              + shard.points().size()
              + " of its "
              + Units.count(plan.points().size(), "point")
              + "; run it again with --resume");
      refuseIf(seen.get(plan.shard()), "shard " + name + " is there twice");
      seen.set(plan.shard());
      shard.points().forEach(point -> measured.put(point.point(), point));
    }
    int missing = seen.nextClearBit(1);
    refuseIf(missing <= first.shards(), "shard " + missing + "/" + first.shards() + " is missing");
    List<MeasuredPoint> inOrder = new ArrayList<>();
    for (SurveyPoint point : first.whole().points()) {
      MeasuredPoint one = measured.get(point);
      if (one == null) {
        throw new IllegalArgumentException("none has " + point);
      }
      inOrder.add(one);
    }
    return new SurveyResult(first.whole(), inOrder);
  }

  private static void refuseIf(boolean bad, String why) {
    if (bad) {
      refuse(why);
    }
  }

  private static void refuse(String why) {
    throw new IllegalArgumentException(why);
  }
}
