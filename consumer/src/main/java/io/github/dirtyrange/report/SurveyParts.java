package io.github.dirtyrange.report;

import io.github.dirtyrange.lab.survey.result.Crossover;
import io.github.dirtyrange.lab.survey.result.MeasuredPoint;
import io.github.dirtyrange.lab.survey.result.SurveyKernel;
import io.github.dirtyrange.lab.survey.result.SurveyPlan;
import io.github.dirtyrange.lab.survey.result.SurveyPoint;
import io.github.dirtyrange.lab.survey.result.SurveyRow;
import io.github.dirtyrange.lab.survey.result.SurveySize;
import io.github.dirtyrange.track.Strategy;
import io.github.dirtyrange.workload.PagePattern;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The shape of a survey's JSON, member by member and in its order. */
final class SurveyParts {

  private SurveyParts() {}

  /** A plan. */
  record Plan(
      @Nullable List<@Nullable KernelPart> kernels,
      @Nullable List<@Nullable Size> sizes,
      @Nullable List<@Nullable String> patterns,
      long seed,
      long queueBytes,
      @Nullable String costs,
      int shard,
      int shards) {

    static Plan of(SurveyPlan plan) {
      return new Plan(
          plan.kernels().stream().<@Nullable KernelPart>map(KernelPart::of).toList(),
          plan.sizes().stream()
              .<@Nullable Size>map(size -> new Size(size.mappedPages(), size.dirtyPages()))
              .toList(),
          plan.patterns().stream().<@Nullable String>map(PagePattern::label).toList(),
          plan.seed(),
          plan.queueBytes(),
          plan.costs(),
          plan.shard(),
          plan.shards());
    }

    SurveyPlan toPlan() {
      return new SurveyPlan(
          all(kernels, "kernels", KernelPart::toKernel),
          all(sizes, "sizes", Size::toSize),
          all(patterns, "patterns", SurveyParts::patternOf),
          seed,
          queueBytes,
          present(costs, "costs"),
          shard,
          shards);
    }
  }

  /** A kernel of a plan. */
  record KernelPart(
      @Nullable String name,
      @Nullable String release,
      @Nullable String machine,
      @Nullable List<@Nullable String> has,
      @Nullable Map<String, String> hasNot,
      @Nullable List<@Nullable String> strategies,
      @Nullable List<@Nullable String> queueDesigns,
      int rounds,
      int warmup) {

    static KernelPart of(SurveyKernel kernel) {
      return new KernelPart(
          kernel.name(),
          kernel.release(),
          kernel.machine(),
          List.copyOf(kernel.has()),
          kernel.hasNot(),
          kernel.strategies().stream().<@Nullable String>map(Strategy::label).toList(),
          List.copyOf(kernel.queueDesigns()),
          kernel.rounds(),
          kernel.warmup());
    }

    SurveyKernel toKernel() {
      return new SurveyKernel(
          present(name, "name"),
          present(release, "release"),
          present(machine, "machine"),
          all(has, "has", text -> text),
          present(hasNot, "hasNot"),
          all(strategies, "strategies", SurveyParts::strategyOf),
          all(queueDesigns, "queueDesigns", text -> text),
          rounds,
          warmup);
    }
  }

  /** A mapped size of a plan. */
  record Size(long mappedPages, @Nullable List<@Nullable Integer> dirtyPages) {

    SurveySize toSize() {
      return new SurveySize(mappedPages, all(dirtyPages, "dirtyPages", pages -> pages));
    }
  }

  /** A measured point. */
  record Point(
      @Nullable String kernel,
      long mappedPages,
      @Nullable String pattern,
      int dirtyPages,
      boolean hugePages,
      double plainWriteNanos,
      @Nullable List<@Nullable Row> strategies) {

    static Point of(MeasuredPoint measured) {
      SurveyPoint point = measured.point();
      return new Point(
          point.kernel(),
          point.mappedPages(),
          point.pattern().label(),
          point.dirtyPages(),
          measured.startsInHugePages(),
          measured.plainWriteNanos(),
          measured.rows().stream().<@Nullable Row>map(Row::of).toList());
    }

    MeasuredPoint toMeasured(SurveyPlan plan) {
      SurveyPoint point =
          new SurveyPoint(
              present(kernel, "kernel"),
              mappedPages,
              patternOf(present(pattern, "pattern")),
              dirtyPages);
      List<SurveyRow> rows = all(strategies, "strategies", Row::toRow);
      Optional<SurveyKernel> on = plan.kernel(point.kernel());
      List<String> names = rows.stream().map(SurveyRow::name).toList();
      if (on.isEmpty() || !on.get().rowNames().equals(names)) {
        throw new IllegalArgumentException("has strategies that are not in its plan");
      }
      return new MeasuredPoint(point, hugePages, plainWriteNanos, rows);
    }
  }

  /** What a strategy did at a point. */
  record Row(
      @Nullable String name,
      long pagesInspected,
      long pagesReported,
      long missed,
      long extra,
      long copyMismatches,
      long fallbackRounds,
      long scannedByChoice,
      long queueBytes,
      @Nullable List<@Nullable Long> roundNanos,
      @Nullable List<@Nullable Double> writeNanos,
      boolean reused) {

    static Row of(SurveyRow row) {
      return new Row(
          row.name(),
          row.pagesInspected(),
          row.pagesReported(),
          row.missed(),
          row.extra(),
          row.copyMismatches(),
          row.fallbackRounds(),
          row.scannedByChoice(),
          row.queueBytes(),
          List.copyOf(row.roundNanos()),
          List.copyOf(row.writeNanos()),
          row.reused());
    }

    SurveyRow toRow() {
      String named = present(name, "name");
      int design = named.indexOf(':');
      return new SurveyRow(
          named,
          strategyOf(design < 0 ? named : named.substring(0, design)),
          pagesInspected,
          pagesReported,
          missed,
          extra,
          copyMismatches,
          fallbackRounds,
          scannedByChoice,
          queueBytes,
          all(roundNanos, "roundNanos", nanos -> nanos),
          all(writeNanos, "writeNanos", nanos -> nanos),
          reused);
    }
  }

  /** A crossover, which is computed and not read. */
  record Crossing(
      String kernel,
      long mappedPages,
      String pattern,
      String queue,
      String scan,
      String kind,
      int below,
      int above,
      long pages,
      int crossings) {

    static Crossing of(Crossover crossover) {
      return new Crossing(
          crossover.kernel(),
          crossover.mappedPages(),
          crossover.pattern().label(),
          crossover.queue(),
          crossover.scan(),
          crossover.kind().name().toLowerCase(Locale.ROOT),
          crossover.below(),
          crossover.above(),
          crossover.pages(),
          crossover.crossings());
    }
  }

  private static PagePattern patternOf(String label) {
    return Arrays.stream(PagePattern.values())
        .filter(pattern -> pattern.label().equals(label))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("has an unknown pattern, " + label));
  }

  private static Strategy strategyOf(String label) {
    return Arrays.stream(Strategy.values())
        .filter(strategy -> strategy.label().equals(label))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("has an unknown strategy, " + label));
  }

  private static <P, V> List<V> all(
      @Nullable List<@Nullable P> parts, String name, Function<P, V> value) {
    return present(parts, name).stream().map(part -> value.apply(present(part, name))).toList();
  }

  /** {@return what must be there} */
  static <T> T present(@Nullable T value, String name) {
    if (value == null) {
      throw new IllegalArgumentException("lacks \"" + name + "\"");
    }
    return value;
  }
}
