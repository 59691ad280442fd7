package io.github.dirtyrange.report;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import io.github.dirtyrange.lab.result.LiveResult;
import io.github.dirtyrange.lab.result.LiveStrategyResult;
import io.github.dirtyrange.lab.result.NotTracked;
import io.github.dirtyrange.lab.result.StrategyResult;
import io.github.dirtyrange.lab.result.TargetProcess;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A comparison on a live process as one JSON object; docs/compare-pid.md says what each member is.
 */
public final class LiveJsonReport implements LiveComparisonReport {

  // The records below are the JSON's shape, member by member and in its order.

  private static final Gson GSON =
      new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create();

  @Override
  public String render(LiveResult result) {
    return GSON.toJson(
            new Report(
                JsonKernel.of(result.kernelName(), result.kernelRelease(), result.capabilities()),
                result.process(),
                run(result),
                result.notTracked(),
                result.strategies().stream().map(LiveJsonReport::strategy).toList()))
        + "\n";
  }

  private static RunPart run(LiveResult result) {
    return new RunPart(
        result.roundsDone(),
        result.plan().intervalNanos(),
        result.openingNanos(),
        result.privatePages(),
        result.comparedPages());
  }

  private static StrategyPart strategy(LiveStrategyResult result) {
    StrategyResult work = result.work();
    return new StrategyPart(
        work.name(),
        work.mechanism(),
        work.details(),
        work.claims().toString(),
        work.pagesInspected(),
        work.pagesReported(),
        work.missed(),
        result.missedByScan(),
        result.missedByContent(),
        result.missedAfterExact(),
        missedCauses(result),
        work.extra(),
        work.fallbackRounds(),
        work.scannedByChoice(),
        new QuantilesPart(work.roundP50Nanos(), work.roundP99Nanos()),
        work.rearmP50Nanos(),
        result.stoppedNanos(),
        work.queueBytes(),
        JsonKernel.causes(work.causes()));
  }

  private static Map<String, Long> missedCauses(LiveStrategyResult result) {
    Map<String, Long> causes = new LinkedHashMap<>();
    result.causes().forEach((cause, pages) -> causes.put(cause.label(), pages));
    return causes;
  }

  private record Report(
      JsonKernel kernel,
      TargetProcess process,
      RunPart run,
      List<NotTracked> notTracked,
      List<StrategyPart> strategies) {}

  private record RunPart(
      int rounds,
      long intervalNanos,
      long openingStoppedNanos,
      long privatePages,
      long comparedPages) {}

  private record StrategyPart(
      String name,
      String mechanism,
      String details,
      String claims,
      long pagesInspected,
      long pagesReported,
      long missed,
      long missedByScan,
      long missedByContent,
      long missedAfterExact,
      Map<String, Long> missedCauses,
      long extra,
      long fallbackRounds,
      long scannedByChoice,
      QuantilesPart roundNanos,
      long rearmNanosP50,
      long stoppedNanos,
      long queueBytes,
      Map<String, Long> causes) {}

  private record QuantilesPart(long p50, long p99) {}
}
