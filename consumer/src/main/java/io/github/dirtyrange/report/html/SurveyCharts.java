package io.github.dirtyrange.report.html;

import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.lab.result.Units;
import io.github.dirtyrange.lab.survey.result.Crossover;
import io.github.dirtyrange.lab.survey.result.MeasuredPoint;
import io.github.dirtyrange.lab.survey.result.SurveyKernel;
import io.github.dirtyrange.lab.survey.result.SurveyResult;
import io.github.dirtyrange.lab.survey.result.SurveyRow;
import io.github.dirtyrange.track.Strategy;
import io.github.dirtyrange.workload.PagePattern;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;

/** The charts of one kernel of a survey. */
final class SurveyCharts {

  private static final double PER_CENT = 100;
  private static final Shape.Axis MAPPED = new Shape.Axis("mapped memory", Shape.Unit.BYTES, true);
  private static final Shape.Axis CHANGED =
      new Shape.Axis("share changed in a round", Shape.Unit.PERCENT, true);
  private static final Shape.Axis COST =
      new Shape.Axis("a round and its writes", Shape.Unit.NANOS, true);

  private final SurveyResult result;
  private final SurveyKernel kernel;
  private final List<MeasuredPoint> points;

  SurveyCharts(SurveyResult result, SurveyKernel kernel) {
    this.result = result;
    this.kernel = kernel;
    points =
        result.points().stream()
            .filter(point -> point.point().kernel().equals(kernel.name()))
            .toList();
  }

  List<Chart> all(List<Crossover> crossovers) {
    List<Chart> charts = new ArrayList<>();
    List<Crossover> crossing =
        crossovers.stream()
            .filter(each -> each.kernel().equals(kernel.name()))
            .filter(each -> each.kind() == Crossover.Kind.CROSSES)
            .toList();
    if (!crossing.isEmpty()) {
      charts.add(crossover(crossing));
    }
    if (points.isEmpty()) {
      return charts;
    }
    PagePattern pattern = result.plan().patterns().get(0);
    charts.add(overShares(pattern));
    charts.add(overSizes(pattern));
    result.plan().patterns().forEach(each -> charts.add(winners(each)));
    return charts;
  }

  private String on() {
    return result.plan().kernels().size() == 1 ? "" : ", kernel " + kernel.name();
  }

  private Chart crossover(List<Crossover> crossing) {
    Map<String, List<double[]>> lines = new LinkedHashMap<>();
    Table.Builder table =
        Table.of("", "", "mapped", "pattern", "queue", "scan", "changed pages", "share");
    for (Crossover each : crossing) {
      lines
          .computeIfAbsent(each.queue() + ", " + each.pattern().label(), name -> new ArrayList<>())
          .add(
              new double[] {
                Pages.address(each.mappedPages()), PER_CENT * each.pages() / each.mappedPages()
              });
      table.row(
          SurveyPage.bytes(each.mappedPages()),
          each.pattern().label(),
          each.queue(),
          each.scan(),
          Units.count(each.pages()),
          SurveyPage.share(each.pages(), each.mappedPages()));
    }
    List<Shape.Line> drawn = new ArrayList<>();
    lines.forEach((name, at) -> drawn.add(new Shape.Line(name, at)));
    return new Chart(
        "Where queue and scan cost the same" + on(),
        "Below a line the queue is cheaper, above it " + crossing.get(0).scan() + ".",
        new Shape.Lines(
            MAPPED, new Shape.Axis("share changed in a round", Shape.Unit.PERCENT, true), drawn),
        table.build());
  }

  private Chart overShares(PagePattern pattern) {
    long mapped =
        points.stream().mapToLong(point -> point.point().mappedPages()).max().orElseThrow();
    return lines(
        "What changed pages cost, with %s mapped, %s%s"
            .formatted(SurveyPage.bytes(mapped), pattern.label(), on()),
        CHANGED,
        point -> point.point().mappedPages() == mapped && point.point().pattern() == pattern,
        point -> PER_CENT * point.point().dirtyPages() / point.point().mappedPages());
  }

  /** At the number of changed pages that the most sizes have; of several, the middle one. */
  private Chart overSizes(PagePattern pattern) {
    Map<Integer, Integer> sizes = new LinkedHashMap<>();
    points.forEach(point -> sizes.merge(point.point().dirtyPages(), 1, Integer::sum));
    int most = sizes.values().stream().mapToInt(Integer::intValue).max().orElseThrow();
    List<Integer> often =
        sizes.entrySet().stream()
            .filter(entry -> entry.getValue() == most)
            .map(Map.Entry::getKey)
            .sorted()
            .toList();
    int dirty = often.get(often.size() / 2);
    return lines(
        "What mapped memory costs, with %s pages changed, %s%s"
            .formatted(Units.count(dirty), pattern.label(), on()),
        MAPPED,
        point -> point.point().dirtyPages() == dirty && point.point().pattern() == pattern,
        point -> Pages.address(point.point().mappedPages()));
  }

  private Chart lines(
      String title,
      Shape.Axis axis,
      Predicate<MeasuredPoint> chosen,
      ToDoubleFunction<MeasuredPoint> x) {
    Table.Builder table =
        Table.of("", "", "strategy", "mapped", "changed pages", "a round", "with writes");
    List<Shape.Line> drawn = new ArrayList<>();
    for (String name : kernel.rowNames()) {
      List<double[]> line = new ArrayList<>();
      for (MeasuredPoint point : points.stream().filter(chosen).toList()) {
        Optional<SurveyRow> row = point.row(name);
        if (row.isPresent()) {
          double total = point.total(row.get()).median();
          if (total > 0) {
            line.add(new double[] {x.applyAsDouble(point), total});
          }
          table.row(
              name,
              SurveyPage.bytes(point.point().mappedPages()),
              Units.count(point.point().dirtyPages()),
              SurveyPage.nanos(row.get().round().median()),
              SurveyPage.nanos(total));
        }
      }
      line.sort(Comparator.comparingDouble(at -> at[0]));
      drawn.add(new Shape.Line(name, line));
    }
    return new Chart(
        title,
        "A round, and what its writes cost beyond what they cost without tracking. Both scales are"
            + " logarithmic: each line of the grid is a multiple of the one before.",
        new Shape.Lines(axis, COST, drawn),
        table.build());
  }

  private Chart winners(PagePattern pattern) {
    List<MeasuredPoint> own =
        points.stream().filter(point -> point.point().pattern() == pattern).toList();
    List<Long> sizes =
        new ArrayList<>(
            new TreeSet<>(own.stream().map(each -> each.point().mappedPages()).toList()));
    List<Integer> changed =
        new ArrayList<>(
            new TreeSet<>(own.stream().map(each -> each.point().dirtyPages()).toList()));
    List<String> names =
        kernel.rowNames().stream().filter(name -> !name.equals(Strategy.PERFECT.label())).toList();
    List<Shape.Win> wins = new ArrayList<>();
    Table.Builder table =
        Table.of("", "", "mapped", "changed pages", "cheapest", "with writes", "times the next");
    for (MeasuredPoint point : own) {
      List<SurveyRow> rows =
          point.rows().stream()
              .filter(row -> row.strategy() != Strategy.PERFECT)
              .sorted(Comparator.comparingDouble(row -> point.total(row).median()))
              .toList();
      if (rows.isEmpty()) {
        continue;
      }
      double best = point.total(rows.get(0)).median();
      double next = rows.size() > 1 ? point.total(rows.get(1)).median() : best;
      String cost = SurveyPage.nanos(best);
      String times = best == 0 ? "" : Units.ratio(Math.round(best), Math.max(1, Math.round(next)));
      wins.add(
          new Shape.Win(
              sizes.indexOf(point.point().mappedPages()),
              changed.indexOf(point.point().dirtyPages()),
              names.indexOf(rows.get(0).name()),
              cost + ", " + times + " of the next"));
      table.row(
          SurveyPage.bytes(point.point().mappedPages()),
          Units.count(point.point().dirtyPages()),
          rows.get(0).name(),
          cost,
          times);
    }
    return new Chart(
        "Which strategy is cheapest, " + pattern.label() + on(),
        "By a round and its writes, without the perfect tracker. The number in a cell is that of the"
            + " strategy in the legend.",
        new Shape.Winners(
            "mapped memory",
            sizes.stream().map(SurveyPage::bytes).toList(),
            "changed pages",
            changed.stream().map(pages -> Units.count(pages)).toList(),
            names,
            wins),
        table.build());
  }
}
