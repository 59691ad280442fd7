package io.github.dirtyrange.linux.queue;

import java.util.Arrays;
import java.util.Locale;

/**
 * Times of Java and C that were taken in turn on the same target, of which medians are compared.
 */
final class PairedTimes {

  private final double[] java;
  private final double[] c;
  private int count;

  PairedTimes(int rounds) {
    java = new double[rounds];
    c = new double[rounds];
  }

  /** Adds a pair. */
  void add(double javaNanos, double cNanos) {
    java[count] = javaNanos;
    c[count] = cNanos;
    count++;
  }

  /** {@return a line with both medians and the median of the ratios Java to C} */
  String line(String what, double unitNanos, String unit) {
    double[] ratios = new double[count];
    Arrays.setAll(ratios, i -> java[i] / c[i]);
    return String.format(
        Locale.ROOT,
        "%-34s java %9.2f %s   C %9.2f %s   java/C %.2f",
        what,
        median(java) / unitNanos,
        unit,
        median(c) / unitNanos,
        unit,
        median(ratios));
  }

  private double median(double[] values) {
    double[] sorted = Arrays.copyOf(values, count);
    Arrays.sort(sorted);
    return sorted[count / 2];
  }
}
