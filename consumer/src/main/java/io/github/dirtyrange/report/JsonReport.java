package io.github.dirtyrange.report;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import io.github.dirtyrange.lab.result.ComparisonPlan;
import io.github.dirtyrange.lab.result.ComparisonResult;
import io.github.dirtyrange.lab.result.StrategyResult;
import io.github.dirtyrange.lab.result.TargetState;
import java.util.List;
import java.util.Map;

/** A comparison as one JSON object; the README says what each member is. */
public final class JsonReport implements ComparisonReport {

  // The records below are the JSON's shape, member by member and in its order.

  private static final Gson GSON =
      new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create();

  @Override
  public String render(ComparisonResult result) {
    return GSON.toJson(
            new Report(
                JsonKernel.of(result.kernelName(), result.kernelRelease(), result.capabilities()),
                workload(result),
                result.strategies().stream().map(JsonReport::strategy).toList()))
        + "\n";
  }

  private static WorkloadPart workload(ComparisonResult result) {
    ComparisonPlan plan = result.plan();
    return new WorkloadPart(
        plan.workload().mappedPages(),
        result.populatedPages(),
        plan.workload().dirtyPages(),
        plan.workload().pattern().label(),
        result.roundsDone(),
        plan.warmup(),
        plan.state() == TargetState.BUSY,
        plan.workload().seed());
  }

  private static StrategyPart strategy(StrategyResult result) {
    return new StrategyPart(
        result.name(),
        result.mechanism(),
        result.details(),
        result.claims().toString(),
        result.pagesInspected(),
        result.pagesReported(),
        result.missed(),
        result.extra(),
        result.fallbackRounds(),
        result.scannedByChoice(),
        new QuantilesPart(result.roundP50Nanos(), result.roundP99Nanos()),
        result.rearmP50Nanos(),
        result.writeNanos(),
        result.queueBytes(),
        result.copiedBytes(),
        result.copyMismatches(),
        JsonKernel.causes(result.causes()));
  }

  private record Report(JsonKernel kernel, WorkloadPart workload, List<StrategyPart> strategies) {}

  private record WorkloadPart(
      long mappedPages,
      long populatedPages,
      long dirtyPages,
      String pattern,
      int rounds,
      int warmup,
      boolean busy,
      long seed) {}

  private record StrategyPart(
      String name,
      String mechanism,
      String details,
      String claims,
      long pagesInspected,
      long pagesReported,
      long missed,
      long extra,
      long fallbackRounds,
      long scannedByChoice,
      QuantilesPart roundNanos,
      long rearmNanosP50,
      long writeNanos,
      long queueBytes,
      long copiedBytes,
      long copyMismatches,
      Map<String, Long> causes) {}

  private record QuantilesPart(long p50, long p99) {}
}
