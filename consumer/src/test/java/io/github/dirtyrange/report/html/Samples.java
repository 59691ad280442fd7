package io.github.dirtyrange.report.html;

import io.github.dirtyrange.kernel.Capabilities;
import io.github.dirtyrange.kernel.Capability;
import io.github.dirtyrange.kernel.Categories;
import io.github.dirtyrange.kernel.CauseCounts;
import io.github.dirtyrange.kernel.ChangeCause;
import io.github.dirtyrange.kernel.Claims;
import io.github.dirtyrange.kernel.Law;
import io.github.dirtyrange.lab.result.ComparisonPlan;
import io.github.dirtyrange.lab.result.ComparisonResult;
import io.github.dirtyrange.lab.result.LivePlan;
import io.github.dirtyrange.lab.result.LiveResult;
import io.github.dirtyrange.lab.result.LiveStrategyResult;
import io.github.dirtyrange.lab.result.MissCause;
import io.github.dirtyrange.lab.result.NotTracked;
import io.github.dirtyrange.lab.result.StrategyResult;
import io.github.dirtyrange.lab.result.TargetProcess;
import io.github.dirtyrange.lab.result.TargetState;
import io.github.dirtyrange.lab.survey.result.MeasuredPoint;
import io.github.dirtyrange.lab.survey.result.SurveyKernel;
import io.github.dirtyrange.lab.survey.result.SurveyPlan;
import io.github.dirtyrange.lab.survey.result.SurveyPoint;
import io.github.dirtyrange.lab.survey.result.SurveyResult;
import io.github.dirtyrange.lab.survey.result.SurveyRow;
import io.github.dirtyrange.lab.survey.result.SurveySize;
import io.github.dirtyrange.live.result.ChangedRegions;
import io.github.dirtyrange.live.result.LiveRound;
import io.github.dirtyrange.live.result.LiveTarget;
import io.github.dirtyrange.live.result.MappedPart;
import io.github.dirtyrange.live.result.MappingShare;
import io.github.dirtyrange.live.result.RoundMethod;
import io.github.dirtyrange.live.result.ThreadShare;
import io.github.dirtyrange.track.Strategy;
import io.github.dirtyrange.workload.PagePattern;
import io.github.dirtyrange.workload.WorkloadPlan;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Results as pages are made of them, some with names that try to be markup. */
final class Samples {

  /** What ends a script, opens a comment in one, and runs another if it is taken for HTML. */
  static final String EVIL = "</script><!--<script><img src=x onerror=alert(1)>{{data}}";

  static final Origin ORIGIN =
      new Origin("dirtyrange compare --report '" + EVIL + "'", "1", "Linux, 2 CPUs", "today");

  static final LiveTarget TARGET =
      new LiveTarget(
          7, EVIL, "queue", "a queue", List.of("not " + EVIL), 100, 2, 0, 9, 8, 0, 0, 0, List.of());

  private Samples() {}

  static StrategyResult row(Strategy strategy, long missed, long roundNanos, long writeNanos) {
    return new StrategyResult(
        strategy.label(),
        strategy,
        "by " + EVIL,
        "",
        Claims.always(Law.COMPLETE),
        1_000_000,
        100,
        missed,
        0,
        0,
        0,
        roundNanos,
        roundNanos * 3,
        0,
        writeNanos,
        4096,
        1 << 20,
        0,
        new CauseCounts(Map.of(ChangeCause.FAULT, 100L)));
  }

  static ComparisonResult comparison() {
    return new ComparisonResult(
        "linux",
        "6.18 " + EVIL,
        new Capabilities(List.of(new Capability(Capability.SOFT_DIRTY, false, EVIL))),
        new ComparisonPlan(
            new WorkloadPlan(1 << 20, 100, PagePattern.UNIFORM, 1),
            20,
            100,
            TargetState.BLOCKED,
            List.of(Strategy.PAGEMAP, Strategy.QUEUE, Strategy.PERFECT),
            List.of(),
            64 << 20),
        1 << 20,
        false,
        20,
        List.of(
            row(Strategy.PAGEMAP, 0, 50_000_000, 2_000),
            row(Strategy.QUEUE, 3, 600_000, 3_200),
            row(Strategy.PERFECT, 0, 300_000, 2_100)));
  }

  static LiveResult liveComparison() {
    return new LiveResult(
        "linux",
        "6.18",
        new Capabilities(List.of()),
        new LivePlan(
            7, EVIL, 2, 1_000_000_000, List.of(Strategy.QUEUE), 64 << 20, Long.MAX_VALUE, false),
        new TargetProcess(7, EVIL, 1000, 900),
        5_000_000,
        800,
        800,
        2,
        List.of(new NotTracked(EVIL, 5, "a file")),
        List.of(
            new LiveStrategyResult(
                row(Strategy.QUEUE, 2, 500_000, 0),
                9_000_000,
                1,
                1,
                0,
                Map.of(MissCause.EMPTIED, 2L)),
            new LiveStrategyResult(
                row(Strategy.PERFECT, 0, 300_000, 0), 9_000_000, 0, 0, 0, Map.of())));
  }

  /** {@return a survey in which a queue costs the more the more changes, and a scan by the size} */
  static SurveyResult survey() {
    List<Strategy> strategies = List.of(Strategy.PAGEMAP_SCAN, Strategy.QUEUE, Strategy.PERFECT);
    List<SurveyKernel> kernels = new ArrayList<>();
    for (String name : List.of(SurveyKernel.LINUX, SurveyKernel.SIM)) {
      kernels.add(
          new SurveyKernel(
              name, "6.18", EVIL, List.of(), Map.of(EVIL, EVIL), strategies, List.of(), 3, 0));
    }
    List<SurveySize> sizes = new ArrayList<>();
    for (long mapped = 1 << 18; mapped <= 1 << 24; mapped *= 8) {
      sizes.add(new SurveySize(mapped, List.of(10, 1_000, 100_000)));
    }
    SurveyPlan plan =
        new SurveyPlan(kernels, sizes, List.of(PagePattern.UNIFORM), 1, 64 << 20, "default", 1, 1);
    List<MeasuredPoint> points = new ArrayList<>();
    for (SurveyPoint point : plan.points()) {
      long model = point.kernel().equals(SurveyKernel.SIM) ? 11 : 10;
      points.add(
          new MeasuredPoint(
              point,
              false,
              10,
              List.of(
                  surveyRow(Strategy.PAGEMAP_SCAN, point.mappedPages() * model / 4),
                  surveyRow(Strategy.QUEUE, point.dirtyPages() * model * 50),
                  surveyRow(Strategy.PERFECT, point.dirtyPages() * model))));
    }
    return new SurveyResult(plan, points);
  }

  private static SurveyRow surveyRow(Strategy strategy, long nanos) {
    return new SurveyRow(
        strategy.label(),
        strategy,
        1,
        1,
        0,
        0,
        0,
        0,
        0,
        0,
        List.of(nanos, nanos, nanos),
        List.of(20.0, 20.0, 20.0),
        false);
  }

  /** {@return a round that changed the first pages of its first mapping} */
  static LiveRound round(
      long number,
      long changedPages,
      List<MappedPart> writable,
      List<MappedPart> added,
      List<MappedPart> gone) {
    ChangedRegions regions = new ChangedRegions();
    long start = writable.get(0).startVpn();
    String name = writable.get(0).mapping();
    if (changedPages > 0) {
      regions.add(start, start + changedPages, Categories.WRITTEN, 0, 0, name);
    }
    return new LiveRound(
        number,
        number * 100_000_000L,
        changedPages,
        1,
        100,
        RoundMethod.QUEUE,
        1_000_000 + number,
        2_000,
        500_000,
        null,
        regions,
        List.of(new MappingShare(name, changedPages)),
        List.of(new ThreadShare(8, EVIL, changedPages)),
        CauseCounts.NONE,
        gone,
        added,
        List.of(),
        writable);
  }

  /** {@return the page of some rounds, in which a mapping comes and goes} */
  static TrackPage tracked(int rounds, ByteArrayOutputStream out) {
    TrackPage page = new TrackPage(ORIGIN, out);
    page.tracked(TARGET, false);
    MappedPart heap = new MappedPart(16, 1016, EVIL);
    MappedPart late = new MappedPart(1L << 30, (1L << 30) + 50, "/usr/lib/late.so");
    for (int i = 1; i <= rounds; i++) {
      boolean there = i > rounds / 3 && i <= 2 * rounds / 3;
      page.round(
          TARGET,
          round(
              i,
              i % 7 * 100L,
              there ? List.of(heap, late) : List.of(heap),
              i == rounds / 3 + 1 ? List.of(late) : List.of(),
              i == 2 * rounds / 3 + 1 ? List.of(late) : List.of()));
    }
    return page;
  }

  static String trackedFile(int rounds) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    tracked(rounds, out).finished();
    return out.toString(StandardCharsets.UTF_8);
  }
}
