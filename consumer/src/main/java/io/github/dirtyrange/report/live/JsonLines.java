package io.github.dirtyrange.report.live;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.stream.JsonWriter;
import io.github.dirtyrange.kernel.CauseCounts;
import io.github.dirtyrange.kernel.MemoryGoneException;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.live.result.ChangedRegions;
import io.github.dirtyrange.live.result.LiveRound;
import io.github.dirtyrange.live.result.LiveSummary;
import io.github.dirtyrange.live.result.LiveTarget;
import io.github.dirtyrange.live.result.LiveTotals;
import io.github.dirtyrange.live.result.MappedPart;
import io.github.dirtyrange.live.result.MappingShare;
import io.github.dirtyrange.live.result.MissedPages;
import io.github.dirtyrange.live.result.NotTracked;
import io.github.dirtyrange.live.result.Quantiles;
import io.github.dirtyrange.live.result.ThreadShare;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An object a line: one a round, one for each thing that happens, and last the summary.
 * docs/tracking.md says what the members are.
 */
public final class JsonLines implements LiveReport {

  // The records below are the JSON's shape, member by member and in its order. A round is written
  // piece by piece: it may have a million regions.

  private static final Gson GSON =
      new GsonBuilder().serializeNulls().disableHtmlEscaping().create();

  private final PrintWriter out;
  private final boolean ofMany;
  private final TargetTotals totals = new TargetTotals();

  /**
   * Writes to a writer.
   *
   * @param ofMany whether there may be several processes, so that rounds say of which they are
   */
  public JsonLines(PrintWriter out, boolean ofMany) {
    this.out = out;
    this.ofMany = ofMany;
  }

  @Override
  public void tracked(LiveTarget target, boolean executed) {
    totals.tracked(target);
    line(new EventLine(new TrackedEvent(executed ? "exec" : "tracked", target)));
  }

  @Override
  public void startedBefore(long nanos) {
    line(new EventLine(new BegunEvent("begun", nanos)));
  }

  @Override
  public void ended(LiveTarget target, MemoryGoneException.Reason reason) {
    String how = reason.name().toLowerCase(Locale.ROOT);
    line(new EventLine(new EndEvent("ended", target.pid(), target.name(), how)));
  }

  @Override
  public void notTracked(int pid, String name, String why) {
    line(new EventLine(new EndEvent("notTracked", pid, name, why)));
  }

  @Override
  public void round(LiveTarget target, LiveRound round) {
    totals.round(target, round);
    try {
      JsonWriter json = GSON.newJsonWriter(out);
      json.beginObject();
      if (ofMany) {
        json.name("pid").value(target.pid());
      }
      write(round, json);
      json.endObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    out.println();
  }

  private static void write(LiveRound round, JsonWriter json) throws IOException {
    json.name("round").value(round.round());
    json.name("elapsedNanos").value(round.elapsedNanos());
    json.name("changedPages").value(round.changedPages());
    json.name("runs").value(round.runs());
    json.name("inspected").value(round.inspected());
    json.name("method").value(round.method().label());
    json.name("roundNanos").value(round.roundNanos());
    json.name("stoppedNanos").value(round.stoppedNanos());
    json.name("trackerCpuNanos").value(round.trackerCpuNanos());
    MissedPages missed = round.missed();
    json.name("missedByQueue").value(missed == null ? null : (Long) missed.total());
    json.name("regions");
    write(round.regions(), json);
    json.name("threads");
    GSON.toJson(ThreadPart.of(round.threads()), List.class, json);
    json.name("changedBy");
    GSON.toJson(pages(round.causes()), Map.class, json);
    json.name("gone");
    GSON.toJson(RangePart.of(round.gone()), List.class, json);
    json.name("added");
    GSON.toJson(RangePart.of(round.added()), List.class, json);
    json.name("notTracked");
    GSON.toJson(round.notTracked(), List.class, json);
  }

  private static Map<String, Long> pages(CauseCounts counts) {
    Map<String, Long> pages = new LinkedHashMap<>();
    counts.pages().forEach((cause, count) -> pages.put(cause.title(), count));
    return pages;
  }

  private static void write(ChangedRegions regions, JsonWriter json) throws IOException {
    json.beginArray();
    regions.forEach(new RegionJson(GSON, json));
    json.endArray();
  }

  @Override
  public void finished() {
    List<SummaryPart> summaries = new ArrayList<>();
    totals.forEach((target, sums) -> summaries.add(SummaryPart.of(target, sums)));
    if (ofMany) {
      summaries.subList(0, Math.max(0, summaries.size() - 1)).forEach(this::summary);
    }
    if (!summaries.isEmpty()) {
      summary(summaries.get(summaries.size() - 1));
    }
  }

  private void summary(SummaryPart summary) {
    line(new SummaryLine(summary));
  }

  private void line(Object object) {
    out.println(GSON.toJson(object));
  }

  private static String address(long vpn) {
    return "0x" + Long.toHexString(Pages.address(vpn));
  }

  private record ThreadPart(int tid, String name, long pages) {

    static List<ThreadPart> of(List<ThreadShare> threads) {
      return threads.stream()
          .map(thread -> new ThreadPart(thread.tid(), thread.name(), thread.pages()))
          .toList();
    }
  }

  private record RangePart(String start, String end, String mapping) {

    static List<RangePart> of(List<MappedPart> parts) {
      return parts.stream()
          .map(
              part ->
                  new RangePart(address(part.startVpn()), address(part.endVpn()), part.mapping()))
          .toList();
    }
  }

  private record EventLine(Object event) {}

  private record TrackedEvent(String what, LiveTarget target) {}

  private record BegunEvent(String what, long nanosBefore) {}

  private record EndEvent(String what, int pid, String name, String why) {}

  private record SummaryLine(SummaryPart summary) {}

  private record SummaryPart(
      int pid,
      String name,
      String strategy,
      long rounds,
      long elapsedNanos,
      Quantiles changedPages,
      Quantiles roundNanos,
      Quantiles stoppedNanos,
      Quantiles trackerCpuNanos,
      Map<String, Long> methods,
      @Nullable Long missedByQueue,
      @Nullable Map<String, Long> missedByCause,
      List<MappingShare> mappings,
      List<ThreadPart> threads,
      Map<String, Long> changedBy,
      List<NotTracked> notTracked) {

    static SummaryPart of(LiveTarget target, LiveTotals sums) {
      LiveSummary summary = sums.summary();
      MissedPages missed = summary.missed();
      return new SummaryPart(
          target.pid(),
          target.name(),
          target.strategy(),
          summary.rounds(),
          summary.elapsedNanos(),
          summary.changedPages(),
          summary.roundNanos(),
          summary.stoppedNanos(),
          summary.trackerCpuNanos(),
          methods(summary),
          missed == null ? null : (Long) missed.total(),
          missed == null ? null : causes(missed),
          summary.mappings(),
          ThreadPart.of(summary.threads()),
          pages(summary.causes()),
          summary.notTracked());
    }

    private static Map<String, Long> methods(LiveSummary summary) {
      Map<String, Long> methods = new LinkedHashMap<>();
      summary.methods().forEach((method, rounds) -> methods.put(method.label(), rounds));
      return methods;
    }

    private static Map<String, Long> causes(MissedPages missed) {
      Map<String, Long> causes = new LinkedHashMap<>();
      missed.pages().forEach((cause, pages) -> causes.put(cause.label(), pages));
      return causes;
    }
  }
}
