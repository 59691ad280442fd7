package io.github.dirtyrange.report;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import io.github.dirtyrange.kernel.Capability;
import io.github.dirtyrange.kernel.CauseCounts;
import io.github.dirtyrange.lab.result.ComparisonPlan;
import io.github.dirtyrange.lab.result.ComparisonResult;
import io.github.dirtyrange.lab.result.StrategyResult;
import io.github.dirtyrange.lab.result.TargetState;
import java.util.LinkedHashMap;
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
                kernel(result),
                workload(result),
                result.strategies().stream().map(JsonReport::strategy).toList()))
        + "\n";
  }

  private static KernelPart kernel(ComparisonResult result) {
    Map<String, CapabilityPart> capabilities = new LinkedHashMap<>();
    for (Capability capability : result.capabilities().all()) {
      capabilities.put(
          capability.name(), new CapabilityPart(capability.available(), capability.detail()));
    }
    return new KernelPart(result.kernelName(), result.kernelRelease(), capabilities);
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
        causes(result.causes()));
  }

  private static Map<String, Long> causes(CauseCounts counts) {
    Map<String, Long> causes = new LinkedHashMap<>();
    counts.pages().forEach((cause, pages) -> causes.put(cause.title(), pages));
    return causes;
  }

  private record Report(KernelPart kernel, WorkloadPart workload, List<StrategyPart> strategies) {}

  private record KernelPart(
      String name, String release, Map<String, CapabilityPart> capabilities) {}

  private record CapabilityPart(boolean available, String detail) {}

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
