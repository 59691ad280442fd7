package io.github.dirtyrange.bench.interval;

import io.github.dirtyrange.interval.PageIntervalMap;
import io.github.dirtyrange.interval.staged.IntervalMaps;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Arrays;
import java.util.Locale;
import java.util.SplittableRandom;

/**
 * What an addition costs in a map that holds ever more ranges: uniform single pages of 2^34, so
 * that hardly any touch. Prints processor nanoseconds per addition, over each stretch of 10,000 or
 * a tenth of what the map holds, median of rounds.
 */
public final class GrowthCurve {

  private static final int ROUNDS = 5;
  private static final int LARGEST = 10_000_000;

  private GrowthCurve() {}

  /** Prints the curve. */
  public static void main(String[] args) {
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    int steps = 7;
    double[][] nanos = new double[steps][ROUNDS];
    for (int round = 0; round < ROUNDS; round++) {
      PageIntervalMap map = IntervalMaps.create();
      SplittableRandom random = new SplittableRandom(round);
      int held = 0;
      for (int step = 0; step < steps; step++) {
        int size = sizeOf(step);
        fill(map, random, size - held);
        int stretch = Math.max(10_000, size / 10);
        long start = threads.getCurrentThreadCpuTime();
        fill(map, random, stretch);
        nanos[step][round] = (double) (threads.getCurrentThreadCpuTime() - start) / stretch;
        held = size + stretch;
      }
    }
    for (int step = 0; step < steps; step++) {
      Arrays.sort(nanos[step]);
      System.out.printf(
          Locale.ROOT, "%,d ranges: %.1f ns%n", sizeOf(step), nanos[step][ROUNDS / 2]);
    }
  }

  private static int sizeOf(int step) {
    int[] sizes = {10_000, 30_000, 100_000, 300_000, 1_000_000, 3_000_000, LARGEST};
    return sizes[step];
  }

  private static void fill(PageIntervalMap map, SplittableRandom random, int count) {
    for (int i = 0; i < count; i++) {
      map.add(random.nextLong(1L << 34), 2);
    }
  }
}
