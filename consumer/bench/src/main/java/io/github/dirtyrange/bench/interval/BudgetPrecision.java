package io.github.dirtyrange.bench.interval;

import io.github.dirtyrange.interval.PageIntervalMap;
import io.github.dirtyrange.interval.staged.IntervalMaps;
import java.util.Arrays;
import java.util.Locale;
import java.util.Random;
import java.util.SplittableRandom;

/**
 * How precise a bounded map stays, against the optimum that knows all pages beforehand and keeps
 * the largest gaps: pages reported, and of the clean pages that the optimum leaves out how many are
 * left out too. Both have as many regions as the bounded map reported.
 */
public final class BudgetPrecision {

  private static final long COARSE = 1L << 33;
  private static final int SPACE_BITS = 28;

  private BudgetPrecision() {}

  /** Prints one line per arrival order and size. */
  public static void main(String[] args) {
    uniform(140_000, 20_000);
    uniform(65_536, 20_000);
    uniform(65_536, 1_000_000);
    uniform(65_536, 10_000_000);
    long[] pages = sortedUniform(20_000);
    report("ascending", 140_000, pages);
    report("descending", 140_000, reversed(pages));
    report("outside in", 140_000, outsideIn(pages));
    report("halving gaps", 140_000, halving(1 << 16));
    report("halving gaps, 1M", 65_536, halving(1 << 20));
    report("clusters, then far", 140_000, clustersThenFar());
    report("dense decoy first", 140_000, decoy());
    report("fills what was kept", 140_000, fillsWhatWasKept());
  }

  private static void uniform(long maxBytes, int count) {
    double worst = 0;
    double worstKept = 1;
    double sum = 0;
    int tries = count > 100_000 ? 3 : 20;
    for (int seed = 0; seed < tries; seed++) {
      double[] result =
          measure(maxBytes, new SplittableRandom(seed).longs(count, 0, 1L << SPACE_BITS).toArray());
      worst = Math.max(worst, result[0]);
      worstKept = Math.min(worstKept, result[1]);
      sum += result[0];
    }
    System.out.printf(
        Locale.ROOT,
        "uniform %,d in %,d bytes, %d seeds: reported/optimum worst %.4f mean %.4f, clean left out"
            + " worst %.3f%n",
        count,
        maxBytes,
        tries,
        worst,
        sum / tries,
        worstKept);
  }

  private static void report(String name, long maxBytes, long[] pages) {
    double[] result = measure(maxBytes, pages);
    System.out.printf(
        Locale.ROOT,
        "%s, %,d in %,d bytes: reported/optimum %.4f, clean left out %.3f (%,.0f regions)%n",
        name,
        pages.length,
        maxBytes,
        result[0],
        result[1],
        result[2]);
  }

  private static double[] measure(long maxBytes, long[] pages) {
    PageIntervalMap map = IntervalMaps.bounded(maxBytes, COARSE);
    for (long page : pages) {
      map.add(page, 2);
      if (map.memoryBytes() > maxBytes) {
        throw new IllegalStateException("over budget: " + map.memoryBytes());
      }
    }
    long reported = map.pageCount();
    long regions = map.rangeCount();
    long[] sorted = Arrays.stream(pages).sorted().distinct().toArray();
    for (long page : sorted) {
      if (map.get(page) == 0) {
        throw new IllegalStateException("lost page " + page);
      }
    }
    long best = Optimum.leftOut(sorted, regions);
    long span = Optimum.span(sorted);
    return new double[] {
      (double) reported / (span - best), (double) (span - reported) / best, regions
    };
  }

  private static long[] sortedUniform(int count) {
    return new SplittableRandom(9).longs(count, 0, 1L << SPACE_BITS).sorted().toArray();
  }

  private static long[] reversed(long[] pages) {
    long[] result = new long[pages.length];
    for (int i = 0; i < pages.length; i++) {
      result[i] = pages[pages.length - 1 - i];
    }
    return result;
  }

  private static long[] outsideIn(long[] pages) {
    long[] result = new long[pages.length];
    for (int i = 0; i < pages.length; i++) {
      result[i] = i % 2 == 0 ? pages[i / 2] : pages[pages.length - 1 - i / 2];
    }
    return result;
  }

  /** Every page is put in the middle of a largest gap. */
  private static long[] halving(int count) {
    long[] pages = new long[count];
    for (int i = 1; i < count; i++) {
      pages[i] = Integer.toUnsignedLong(Integer.reverse(i)) >>> (32 - SPACE_BITS);
    }
    return pages;
  }

  /** Far pairs that must be joined, and then a dense cluster in which room would be needed. */
  private static long[] clustersThenFar() {
    long[] pages = new long[20_000];
    for (int i = 0; i < 10_000; i++) {
      pages[i] = i * 3L;
      pages[10_000 + i] = 1_000_000 + i * 20_000L;
    }
    return pages;
  }

  /** As many wide gaps as fit, and then wider ones elsewhere. */
  private static long[] decoy() {
    long[] pages = new long[16_000];
    Random random = new Random(3);
    for (int i = 0; i < 8_000; i++) {
      pages[i] = i * 100L + random.nextInt(90);
      pages[8_000 + i] = 1_000_000 + i * 30_000L + random.nextInt(20_000);
    }
    return pages;
  }

  /**
   * Equal gaps, twice as many as fit, of which the map joins the first half; then the gaps of the
   * other half, which it has kept, are filled.
   */
  private static long[] fillsWhatWasKept() {
    int gaps = 8_640;
    int filled = 10;
    long[] pages = new long[gaps + filled * gaps / 2];
    for (int i = 0; i < gaps; i++) {
      pages[i] = i * 1_000L;
    }
    for (int i = 0; i < filled * gaps / 2; i++) {
      pages[gaps + i] = gaps / 2 * 1_000L + i * 100L;
    }
    return pages;
  }
}
