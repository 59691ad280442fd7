package io.github.dirtyrange.lab.survey.result;

import io.github.dirtyrange.track.Strategy;
import io.github.dirtyrange.workload.PagePattern;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Computes crossovers of a survey: for each mapped size, pattern and queue. */
public final class Crossovers {

  private Crossovers() {}

  /**
   * {@return where scans become cheaper than queues, by one kind of costs} The scan is
   * PAGEMAP_SCAN, or pagemap where that did not take part; there must be two points at least.
   */
  public static List<Crossover> of(SurveyResult result, CostKind costs) {
    List<Crossover> crossovers = new ArrayList<>();
    for (SurveyKernel kernel : result.plan().kernels()) {
      Optional<String> scan = scan(kernel);
      if (scan.isEmpty()) {
        continue;
      }
      for (SurveySize size : result.plan().sizes()) {
        for (PagePattern pattern : result.plan().patterns()) {
          List<MeasuredPoint> line = line(result, kernel.name(), size.mappedPages(), pattern);
          for (String queue : queues(kernel)) {
            add(crossovers, line, queue, scan.get(), costs);
          }
        }
      }
    }
    return crossovers;
  }

  private static Optional<String> scan(SurveyKernel kernel) {
    if (kernel.strategies().contains(Strategy.PAGEMAP_SCAN)) {
      return Optional.of(Strategy.PAGEMAP_SCAN.label());
    }
    return kernel.strategies().contains(Strategy.PAGEMAP)
        ? Optional.of(Strategy.PAGEMAP.label())
        : Optional.empty();
  }

  private static List<String> queues(SurveyKernel kernel) {
    return kernel.rowNames().stream()
        .filter(
            name ->
                name.equals(Strategy.SOFT_DIRTY_QUEUE.label())
                    || name.equals(Strategy.KERNEL_QUEUE.label())
                    || name.equals(Strategy.BPF_QUEUE.label())
                    || name.equals(Strategy.QUEUE.label())
                    || name.startsWith(Strategy.QUEUE.label() + ":"))
        .toList();
  }

  /** The points of a kernel, a size and a pattern, by the changed pages, ascending. */
  private static List<MeasuredPoint> line(
      SurveyResult result, String kernel, long mappedPages, PagePattern pattern) {
    return result.points().stream()
        .filter(measured -> measured.point().kernel().equals(kernel))
        .filter(measured -> measured.point().mappedPages() == mappedPages)
        .filter(measured -> measured.point().pattern() == pattern)
        .sorted(Comparator.comparingInt(measured -> measured.point().dirtyPages()))
        .toList();
  }

  private static void add(
      List<Crossover> crossovers,
      List<MeasuredPoint> line,
      String queue,
      String scan,
      CostKind costs) {
    List<MeasuredPoint> both =
        line.stream()
            .filter(measured -> measured.row(queue).isPresent() && measured.row(scan).isPresent())
            .toList();
    if (both.size() > 1) {
      double[] ratios = new double[both.size()];
      for (int i = 0; i < ratios.length; i++) {
        ratios[i] = cost(both.get(i), queue, costs) / cost(both.get(i), scan, costs);
      }
      crossovers.add(crossover(both, ratios, queue, scan));
    }
  }

  private static double cost(MeasuredPoint measured, String name, CostKind costs) {
    return Math.max(1, costs.of(measured, measured.row(name).orElseThrow()).median());
  }

  /** The last point at which the scan is not cheaper is the border: beyond it it always is. */
  private static Crossover crossover(
      List<MeasuredPoint> line, double[] ratios, String queue, String scan) {
    int last = ratios.length - 1;
    int crossings = 0;
    int border = -1;
    for (int i = 0; i <= last; i++) {
      border = ratios[i] <= 1 ? i : border;
      crossings += i > 0 && (ratios[i] <= 1) != (ratios[i - 1] <= 1) ? 1 : 0;
    }
    int below = border < 0 ? 0 : line.get(border).point().dirtyPages();
    int above = border == last ? 0 : line.get(border + 1).point().dirtyPages();
    SurveyPoint point = line.get(0).point();
    return new Crossover(
        point.kernel(),
        point.mappedPages(),
        point.pattern(),
        queue,
        scan,
        kind(border, last),
        below,
        above,
        kind(border, last) == Crossover.Kind.CROSSES
            ? equal(below, above, ratios[border], ratios[border + 1])
            : 0,
        crossings);
  }

  private static Crossover.Kind kind(int border, int last) {
    if (border == last) {
      return Crossover.Kind.NEVER;
    }
    return border < 0 ? Crossover.Kind.ALWAYS : Crossover.Kind.CROSSES;
  }

  private static long equal(int below, int above, double ratioBelow, double ratioAbove) {
    double from = Math.log(ratioBelow);
    double share = -from / (Math.log(ratioAbove) - from);
    return Math.round(Math.exp(Math.log(below) + share * Math.log((double) above / below)));
  }
}
