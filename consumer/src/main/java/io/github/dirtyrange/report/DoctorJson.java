package io.github.dirtyrange.report;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import io.github.dirtyrange.kernel.Capability;
import io.github.dirtyrange.kernel.ProcessDiagnosis;
import io.github.dirtyrange.lab.result.DoctorResult;
import io.github.dirtyrange.lab.result.DoctorResult.ProcessResult;
import io.github.dirtyrange.lab.result.DoctorResult.Recording;
import io.github.dirtyrange.lab.result.DoctorResult.Verdict;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a machine can do as one JSON object; docs/doctor.md says what each member is. */
public final class DoctorJson {

  // The records below are the JSON's shape, member by member and in its order.

  private static final Gson GSON =
      new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().serializeNulls().create();

  private DoctorJson() {}

  /** {@return the object, ended by a line feed} */
  public static String render(DoctorResult result) {
    return GSON.toJson(
            new Report(
                new KernelPart(result.release(), result.machine()),
                result.capabilities().stream().map(DoctorJson::part).toList(),
                result.strategies().stream().map(DoctorJson::part).toList(),
                recording(result),
                process(result)))
        + "\n";
  }

  private static CapabilityPart part(Capability capability) {
    return new CapabilityPart(
        capability.name(),
        capability.available(),
        capability.detail(),
        orNull(capability.remedy()));
  }

  private static StrategyPart part(Verdict verdict) {
    return new StrategyPart(
        verdict.name(), verdict.usable(), orNull(verdict.claims()), verdict.lacks());
  }

  private static @Nullable RecordingPart recording(DoctorResult result) {
    Recording recording = result.recording();
    if (recording == null) {
      return null;
    }
    return new RecordingPart(
        recording.complete(),
        recording.functions().stream()
            .map(
                function ->
                    new FunctionPart(function.what(), function.place(), orNull(function.refusal())))
            .toList(),
        recording.ways().stream()
            .map(
                way ->
                    new WayPart(
                        way.name(), way.changedPages(), way.missedPages(), orNull(way.detail())))
            .toList());
  }

  private static @Nullable ProcessPart process(DoctorResult result) {
    ProcessResult process = result.process();
    if (process == null) {
      return null;
    }
    ProcessDiagnosis diagnosis = process.diagnosis();
    return new ProcessPart(
        diagnosis.pid(),
        diagnosis.name(),
        process.isTrackable(),
        diagnosis.threads(),
        diagnosis.findings().stream().map(DoctorJson::part).toList(),
        process.strategies().stream().map(DoctorJson::part).toList(),
        new SamplingPart(orNull(diagnosis.sampling()), diagnosis.samplingDescriptors()),
        diagnosis.hugePageBytes(),
        diagnosis.hugetlbBytes());
  }

  private static FindingPart part(ProcessDiagnosis.Finding finding) {
    return new FindingPart(
        finding.name(), finding.prevents(), finding.detail(), orNull(finding.remedy()));
  }

  private static @Nullable String orNull(String text) {
    return text.isEmpty() ? null : text;
  }

  private record Report(
      KernelPart kernel,
      List<CapabilityPart> capabilities,
      List<StrategyPart> strategies,
      @Nullable RecordingPart recording,
      @Nullable ProcessPart process) {}

  private record RecordingPart(
      boolean complete, List<FunctionPart> functions, List<WayPart> ways) {}

  private record FunctionPart(String what, String place, @Nullable String refusal) {}

  private record WayPart(
      String name, long changedPages, long missedPages, @Nullable String detail) {}

  private record KernelPart(String release, String machine) {}

  private record CapabilityPart(
      String name, boolean available, String detail, @Nullable String remedy) {}

  private record StrategyPart(
      String name, boolean usable, @Nullable String claims, List<String> lacks) {}

  private record ProcessPart(
      int pid,
      String name,
      boolean trackable,
      int threads,
      List<FindingPart> findings,
      List<StrategyPart> strategies,
      SamplingPart sampling,
      long hugePageBytes,
      long hugetlbBytes) {}

  private record FindingPart(
      String name, boolean prevents, String detail, @Nullable String remedy) {}

  private record SamplingPart(@Nullable String source, int descriptors) {}
}
