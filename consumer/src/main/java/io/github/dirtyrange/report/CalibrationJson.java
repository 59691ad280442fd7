package io.github.dirtyrange.report;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import io.github.dirtyrange.kernel.CostModel;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.lab.result.CalibrationResult;
import io.github.dirtyrange.lab.result.MeasuredCost;
import io.github.dirtyrange.lab.result.MeasuredRearm;
import io.github.dirtyrange.lab.result.MeasuredWalk;
import java.util.List;

/** What a calibration measured, as one JSON object. */
public final class CalibrationJson {

  // The records below are the JSON's shape, member by member and in its order.

  private static final Gson GSON =
      new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create();

  private CalibrationJson() {}

  private record Report(
      KernelPart kernel,
      long mappedBytes,
      int repetitions,
      List<Step> costs,
      List<Walk> walks,
      List<Rearm> rearms,
      List<String> unmeasured) {}

  private record KernelPart(String name, String release) {}

  private record Step(
      String step,
      String unit,
      double nanos,
      double lowerQuartileNanos,
      double upperQuartileNanos,
      double defaultNanos,
      String method) {}

  private record Walk(
      String pages,
      String way,
      double nanosPerPage,
      double lowerQuartileNanos,
      double upperQuartileNanos) {}

  private record Rearm(
      String pages,
      String process,
      double nanosPerPage,
      double lowerQuartileNanos,
      double upperQuartileNanos) {}

  /** {@return the object, ended by a line feed} */
  public static String render(CalibrationResult result, CostModel model) {
    Report report =
        new Report(
            new KernelPart(result.kernel(), result.release()),
            Pages.address(result.mappedPages()),
            result.repetitions(),
            result.costs().stream().map(measured -> step(measured, model)).toList(),
            result.walks().stream().map(CalibrationJson::walk).toList(),
            result.rearms().stream().map(CalibrationJson::rearm).toList(),
            result.unmeasured().stream().map(Enum::name).toList());
    return GSON.toJson(report) + "\n";
  }

  private static Walk walk(MeasuredWalk measured) {
    return new Walk(
        measured.pages(),
        measured.way().name(),
        measured.nanos(),
        measured.lowNanos(),
        measured.highNanos());
  }

  private static Rearm rearm(MeasuredRearm measured) {
    return new Rearm(
        measured.pages().name(),
        measured.process().name(),
        measured.nanos(),
        measured.lowNanos(),
        measured.highNanos());
  }

  private static Step step(MeasuredCost measured, CostModel model) {
    return new Step(
        measured.cost().name(),
        measured.cost().unit(),
        measured.nanos(),
        measured.lowNanos(),
        measured.highNanos(),
        model.nanos(measured.cost()),
        measured.method());
  }
}
