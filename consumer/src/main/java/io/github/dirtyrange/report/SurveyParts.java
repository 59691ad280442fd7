package io.github.dirtyrange.report;

import io.github.dirtyrange.json.StrictJson;
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
      @Nullable Long seed,
      @Nullable Long queueBytes,
      @Nullable String costs,
      @Nullable Integer shard,
      @Nullable Integer shards) {

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
          once(all(kernels, "kernels", KernelPart::toKernel), "kernels", SurveyKernel::name),
          once(all(sizes, "sizes", Size::toSize), "sizes", SurveySize::mappedPages),
          once(all(patterns, "patterns", SurveyParts::patternOf), "patterns", each -> each),
          present(seed, "seed"),
          count(queueBytes, "queueBytes"),
          present(costs, "costs"),
          present(shard, "shard"),
          present(shards, "shards"));
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
      @Nullable Integer rounds,
      @Nullable Integer warmup) {

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
          once(all(strategies, "strategies", SurveyParts::strategyOf), "strategies", each -> each),
          once(all(queueDesigns, "queueDesigns", text -> text), "queueDesigns", each -> each),
          present(rounds, "rounds"),
          present(warmup, "warmup"));
    }
  }

  /** A mapped size of a plan. */
  record Size(@Nullable Long mappedPages, @Nullable List<@Nullable Integer> dirtyPages) {

    SurveySize toSize() {
      return new SurveySize(
          present(mappedPages, "mappedPages"), all(dirtyPages, "dirtyPages", pages -> pages));
    }
  }

  /** A measured point. */
  record Point(
      @Nullable String kernel,
      @Nullable Long mappedPages,
      @Nullable String pattern,
      @Nullable Integer dirtyPages,
      @Nullable Boolean hugePages,
      @Nullable Double plainWriteNanos,
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
              present(mappedPages, "mappedPages"),
              patternOf(present(pattern, "pattern")),
              present(dirtyPages, "dirtyPages"));
      List<SurveyRow> rows = all(strategies, "strategies", Row::toRow);
      Optional<SurveyKernel> on = plan.kernel(point.kernel());
      List<String> names = rows.stream().map(SurveyRow::name).toList();
      if (on.isEmpty() || !on.get().rowNames().equals(names)) {
        throw new IllegalArgumentException("has strategies that are not in its plan");
      }
      rows.forEach(row -> requireRounds(row, on.get().rounds()));
      return new MeasuredPoint(
          point,
          present(hugePages, "hugePages"),
          time(present(plainWriteNanos, "plainWriteNanos"), "plainWriteNanos"),
          rows);
    }

    /** What is measured once for all points of a size has one round. */
    private static void requireRounds(SurveyRow row, int planned) {
      int rounds = row.roundNanos().size();
      if (rounds != planned && !(row.reused() && rounds == 1)) {
        throw new IllegalArgumentException(
            "has " + rounds + " rounds of " + row.name() + " where its plan has " + planned);
      }
    }
  }

  /** What a strategy did at a point. */
  record Row(
      @Nullable String name,
      @Nullable Long pagesInspected,
      @Nullable Long pagesReported,
      @Nullable Long missed,
      @Nullable Long extra,
      @Nullable Long copyMismatches,
      @Nullable Long fallbackRounds,
      @Nullable Long scannedByChoice,
      @Nullable Long queueBytes,
      @Nullable List<@Nullable Long> roundNanos,
      @Nullable List<@Nullable Double> writeNanos,
      @Nullable Boolean reused) {

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
          count(pagesInspected, "pagesInspected"),
          count(pagesReported, "pagesReported"),
          count(missed, "missed"),
          count(extra, "extra"),
          count(copyMismatches, "copyMismatches"),
          count(fallbackRounds, "fallbackRounds"),
          count(scannedByChoice, "scannedByChoice"),
          count(queueBytes, "queueBytes"),
          all(roundNanos, "roundNanos", nanos -> count(nanos, "roundNanos")),
          all(writeNanos, "writeNanos", nanos -> time(nanos, "writeNanos")),
          present(reused, "reused"));
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

  /** {@return a list in which nothing has the name of another} */
  private static <V> List<V> once(List<V> values, String name, Function<V, Object> key) {
    if (values.stream().map(key).distinct().count() < values.size()) {
      throw new IllegalArgumentException("has one of \"" + name + "\" twice");
    }
    return values;
  }

  /** {@return a number of what there may be none of, but not less} */
  private static long count(@Nullable Long value, String name) {
    return StrictJson.count(present(value, name), name);
  }

  private static double time(double nanos, String name) {
    if (!(nanos >= 0 && nanos <= Double.MAX_VALUE)) {
      throw new IllegalArgumentException("says that \"" + name + "\" is " + nanos);
    }
    return nanos;
  }

  /** {@return what must be there} */
  static <T> T present(@Nullable T value, String name) {
    if (value == null) {
      throw new IllegalArgumentException("lacks \"" + name + "\"");
    }
    return value;
  }
}
