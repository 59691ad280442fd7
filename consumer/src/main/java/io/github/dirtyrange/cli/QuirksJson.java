package io.github.dirtyrange.cli;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import io.github.dirtyrange.kernel.sim.machine.Affected;
import io.github.dirtyrange.kernel.sim.machine.Affected.Configuration;
import io.github.dirtyrange.kernel.sim.machine.Affected.Releases;
import io.github.dirtyrange.kernel.sim.machine.Bound;
import io.github.dirtyrange.kernel.sim.machine.Quirk;
import io.github.dirtyrange.kernel.sim.machine.Release;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Quirks, and which kernels have them, as one JSON object. */
final class QuirksJson {

  // The records below are the JSON's shape, member by member and in its order.

  private static final Gson GSON =
      new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create();

  private QuirksJson() {}

  /** {@return the object, ended by a line feed} */
  static String render(List<Release> kernels, List<Quirk> quirks) {
    return GSON.toJson(new Report(quirks.stream().map(quirk -> part(quirk, kernels)).toList()))
        + "\n";
  }

  private static QuirkPart part(Quirk quirk, List<Release> kernels) {
    Affected affected = quirk.affected();
    Map<String, String> answers = new LinkedHashMap<>();
    kernels.forEach(kernel -> answers.put(kernel.toString(), QuirksTable.answer(affected, kernel)));
    List<SpanPart> spans =
        affected instanceof Releases releases
            ? releases.spans().stream()
                .map(span -> new SpanPart(part(span.since()), part(span.until())))
                .toList()
            : List.of();
    String setting = affected instanceof Configuration configured ? configured.setting() : null;
    return new QuirkPart(quirk.name(), quirk.effect().label(), answers, spans, setting);
  }

  private static @Nullable BoundPart part(@Nullable Bound bound) {
    if (bound == null) {
      return null;
    }
    List<BackportPart> backports =
        bound.backports().stream()
            .map(taken -> new BackportPart(taken.release().toString(), taken.measured()))
            .toList();
    if (bound.evidence() instanceof Bound.Between known) {
      String older = known.older().toString();
      String newer = known.newer().toString();
      return new BoundPart(null, null, older, newer, backports);
    }
    String commit = bound.evidence() instanceof Bound.Commit by ? by.id() : null;
    return new BoundPart(bound.release().toString(), commit, null, null, backports);
  }

  private record Report(List<QuirkPart> quirks) {}

  private record QuirkPart(
      String name,
      String effect,
      Map<String, String> kernels,
      List<SpanPart> releases,
      @Nullable String setting) {}

  private record SpanPart(@Nullable BoundPart cameWith, @Nullable BoundPart wentWith) {}

  private record BoundPart(
      @Nullable String release,
      @Nullable String commit,
      @Nullable String after,
      @Nullable String notAfter,
      List<BackportPart> backports) {}

  private record BackportPart(String release, boolean measured) {}
}
