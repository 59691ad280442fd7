package io.github.dirtyrange.lab.calibrate;

import com.google.common.math.Quantiles;
import io.github.dirtyrange.kernel.Cost;
import io.github.dirtyrange.lab.result.MeasuredCost;
import it.unimi.dsi.fastutil.doubles.DoubleArrayList;
import it.unimi.dsi.fastutil.doubles.DoubleList;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Values of costs, one a repetition of each. */
final class Samples {

  private static final int LOWER = 1;
  private static final int MEDIAN = 2;
  private static final int UPPER = 3;

  private final Map<Cost, DoubleList> values = new EnumMap<>(Cost.class);
  private final Map<Cost, String> methods = new EnumMap<>(Cost.class);

  /**
   * Adds a value. Where a cost is the difference of two times, noise may make it negative, and it
   * counts all the same: leaving such values out would make the median too high.
   */
  void add(Cost cost, double nanos, String method) {
    values.computeIfAbsent(cost, none -> new DoubleArrayList()).add(nanos);
    methods.put(cost, method);
  }

  /** {@return the median of each cost that has values, at least 0, in the order of the steps} */
  List<MeasuredCost> medians() {
    List<MeasuredCost> measured = new ArrayList<>();
    values.forEach((cost, nanos) -> measured.add(median(cost, nanos)));
    return measured;
  }

  private MeasuredCost median(Cost cost, DoubleList nanos) {
    Map<Integer, Double> quartiles =
        Quantiles.quartiles().indexes(LOWER, MEDIAN, UPPER).compute(nanos.toDoubleArray());
    return new MeasuredCost(
        cost,
        Math.max(0, quartiles.getOrDefault(MEDIAN, 0.0)),
        Math.max(0, quartiles.getOrDefault(LOWER, 0.0)),
        Math.max(0, quartiles.getOrDefault(UPPER, 0.0)),
        nanos.size(),
        methods.getOrDefault(cost, ""));
  }
}
