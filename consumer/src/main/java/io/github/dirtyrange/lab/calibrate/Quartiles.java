package io.github.dirtyrange.lab.calibrate;

import com.google.common.math.Quantiles;
import it.unimi.dsi.fastutil.doubles.DoubleList;
import java.util.Map;

/**
 * The median and the quartiles of times.
 *
 * @param low a quarter of them are no larger
 * @param high three quarters of them are no larger
 */
record Quartiles(double low, double median, double high) {

  private static final int LOWER = 1;
  private static final int MEDIAN = 2;
  private static final int UPPER = 3;

  /**
   * {@return those of some times, at least 0} A time that is the difference of two may be negative,
   * and counts all the same: leaving such out would make the median too high.
   */
  static Quartiles of(DoubleList nanos) {
    Map<Integer, Double> quartiles =
        Quantiles.quartiles().indexes(LOWER, MEDIAN, UPPER).compute(nanos.toDoubleArray());
    return new Quartiles(
        Math.max(0, quartiles.getOrDefault(LOWER, 0.0)),
        Math.max(0, quartiles.getOrDefault(MEDIAN, 0.0)),
        Math.max(0, quartiles.getOrDefault(UPPER, 0.0)));
  }
}
