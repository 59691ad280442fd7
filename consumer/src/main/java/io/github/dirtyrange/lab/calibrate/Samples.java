package io.github.dirtyrange.lab.calibrate;

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

  private final Map<Cost, DoubleList> values = new EnumMap<>(Cost.class);
  private final Map<Cost, String> methods = new EnumMap<>(Cost.class);

  /** Adds a value, which noise may make negative where it is the difference of two times. */
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
    Quartiles quartiles = Quartiles.of(nanos);
    return new MeasuredCost(
        cost,
        quartiles.median(),
        quartiles.low(),
        quartiles.high(),
        nanos.size(),
        methods.getOrDefault(cost, ""));
  }
}
