package io.github.dirtyrange.lab.survey.result;

import com.google.common.math.Quantiles;
import com.google.common.primitives.Doubles;
import java.util.Collection;
import java.util.Map;

/**
 * Measurements in three numbers, interpolated between the two nearest ones.
 *
 * @param low a quarter of them are no more
 * @param median half of them are no more
 * @param high three quarters of them are no more
 */
public record Spread(double low, double median, double high) {

  /** {@return the spread of measurements, of which there must be one} */
  static Spread of(Collection<? extends Number> values) {
    Map<Integer, Double> quartiles =
        Quantiles.quartiles().indexes(1, 2, 3).compute(Doubles.toArray(values));
    return new Spread(
        quartiles.getOrDefault(1, 0.0),
        quartiles.getOrDefault(2, 0.0),
        quartiles.getOrDefault(3, 0.0));
  }

  /** {@return how far the quartile that is farther off is from the median, as a share of it} */
  public double relative() {
    return median == 0 ? 0 : Math.max(high - median, median - low) / median;
  }
}
