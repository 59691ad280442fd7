package io.github.dirtyrange.lab;

import com.google.common.math.Quantiles;
import com.google.common.primitives.Doubles;
import java.util.Collection;

/** Order statistics of measurements, interpolated between the two nearest ones. */
final class Statistics {

  private static final int PERCENT_99 = 99;

  private Statistics() {}

  /** {@return the median, 0 of nothing, rounded to a whole number} */
  static long median(Collection<? extends Number> values) {
    return values.isEmpty() ? 0 : Math.round(Quantiles.median().compute(Doubles.toArray(values)));
  }

  /** {@return what 99 in 100 values do not exceed, 0 of nothing, rounded to a whole number} */
  static long p99(Collection<? extends Number> values) {
    return values.isEmpty()
        ? 0
        : Math.round(Quantiles.percentiles().index(PERCENT_99).compute(Doubles.toArray(values)));
  }
}
