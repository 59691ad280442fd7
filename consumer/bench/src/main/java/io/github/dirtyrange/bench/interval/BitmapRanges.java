package io.github.dirtyrange.bench.interval;

import io.github.dirtyrange.interval.PageIntervalMap;
import io.github.dirtyrange.interval.RangeVisitor;
import io.github.dirtyrange.interval.staged.IntervalMaps;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/**
 * A bitmap of dirty pages, as KVM_GET_DIRTY_LOG gives one, made into ranges: through the interval
 * map of this project, by the loop that {@link BitSet} invites to, and by one over whole words. All
 * three write their ranges into the same kind of buffer, which is used again, and must agree.
 *
 * <p>{@code java -cp benchmarks.jar io.github.dirtyrange.bench.interval.BitmapRanges ROUNDS
 * [SCALE]} prints comma-separated values; SCALE divides the memory, for a trial.
 */
public final class BitmapRanges {

  private static final int WARMUP = 10;
  private static final int PAGES_PER_GIB = 1 << 18;

  private BitmapRanges() {}

  /** Measures every shape and prints a line for each. */
  public static void main(String[] arguments) {
    int rounds = Integer.parseInt(arguments[0]);
    int scale = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 1;
    System.out.println("gibibytes,dirtyPercent,dirtyPages,ranges,mapNanos,bitSetNanos,wordsNanos");
    measure(64, 10, rounds, scale);
    measure(512, 100, rounds, scale);
    measure(512, 0.1, rounds, scale);
  }

  private static void measure(int gibibytes, double percent, int rounds, int scale) {
    long[] words = bitmap((long) gibibytes * PAGES_PER_GIB / scale, percent / 100);
    BitSet bits = BitSet.valueOf(words);
    PageIntervalMap map = IntervalMaps.create();
    Way byMap = new Way(ranges -> throughMap(words, map, ranges), rounds);
    Way byBitSet = new Way(ranges -> throughBitSet(bits, ranges), rounds);
    Way byWords = new Way(ranges -> forEachRun(words, ranges), rounds);
    for (int round = -WARMUP; round < rounds; round++) {
      byMap.run(round);
      byBitSet.run(round);
      byWords.run(round);
      if (!byMap.ranges.isSameAs(byBitSet.ranges) || !byMap.ranges.isSameAs(byWords.ranges)) {
        throw new IllegalStateException("the three ways tell different ranges");
      }
    }
    System.out.printf(
        Locale.ROOT,
        "%d,%s,%d,%d,%d,%d,%d%n",
        gibibytes,
        percent,
        bits.cardinality(),
        byMap.ranges.count,
        byMap.medianNanos(),
        byBitSet.medianNanos(),
        byWords.medianNanos());
  }

  private static long[] bitmap(long pages, double share) {
    long[] words = new long[Math.toIntExact(pages / Long.SIZE)];
    SplittableRandom random = new SplittableRandom(1);
    for (int page = 0; page < pages; page++) {
      if (random.nextDouble() < share) {
        words[page / Long.SIZE] |= 1L << page;
      }
    }
    return words;
  }

  private static void throughMap(long[] words, PageIntervalMap map, Ranges ranges) {
    forEachRun(words, (startVpn, endVpn) -> map.add(startVpn, endVpn, 1));
    map.drain((startVpn, endVpn, mask) -> ranges.visit(startVpn, endVpn));
  }

  private static void throughBitSet(BitSet bits, Ranges ranges) {
    int start = bits.nextSetBit(0);
    while (start >= 0) {
      int end = bits.nextClearBit(start);
      ranges.visit(start, end);
      start = bits.nextSetBit(end);
    }
  }

  private static void forEachRun(long[] words, RangeVisitor visitor) {
    long start = -1;
    for (int i = 0; i < words.length; i++) {
      boolean inRun = start >= 0;
      if (words[i] != (inRun ? -1L : 0)) {
        start = forEachRunOf(words[i], (long) i * Long.SIZE, start, visitor);
      }
    }
    if (start >= 0) {
      visitor.visit(start, (long) words.length * Long.SIZE);
    }
  }

  /** Ends the runs that end in a word; {@return where the last one begins, -1 if it has ended} */
  private static long forEachRunOf(long word, long firstVpn, long start, RangeVisitor visitor) {
    long open = start;
    int at = 0;
    while (at < Long.SIZE) {
      long rest = (open < 0 ? word : ~word) >>> at;
      if (rest == 0) {
        break;
      }
      at += Long.numberOfTrailingZeros(rest);
      if (open < 0) {
        open = firstVpn + at;
      } else {
        visitor.visit(open, firstVpn + at);
        open = -1;
      }
    }
    return open;
  }

  /** A way from the bitmap to ranges, and what it took. */
  private static final class Way {

    private final Consumer<Ranges> way;
    private final Ranges ranges = new Ranges();
    private final long[] nanos;

    Way(Consumer<Ranges> way, int rounds) {
      this.way = way;
      this.nanos = new long[rounds];
    }

    /** Those before round 0 do not count. */
    void run(int round) {
      ranges.count = 0;
      long start = System.nanoTime();
      way.accept(ranges);
      long spent = System.nanoTime() - start;
      if (round >= 0) {
        nanos[round] = spent;
      }
    }

    long medianNanos() {
      long[] sorted = nanos.clone();
      Arrays.sort(sorted);
      return sorted[sorted.length / 2];
    }
  }

  /** Ranges in their order, in a buffer that grows and is used again. */
  private static final class Ranges implements RangeVisitor {

    private long[] bounds = new long[1 << 10];
    private int count;

    @Override
    public void visit(long startVpn, long endVpn) {
      if (2 * count == bounds.length) {
        bounds = Arrays.copyOf(bounds, 2 * bounds.length);
      }
      bounds[2 * count] = startVpn;
      bounds[2 * count + 1] = endVpn;
      count++;
    }

    boolean isSameAs(Ranges other) {
      return Arrays.equals(bounds, 0, 2 * count, other.bounds, 0, 2 * other.count);
    }
  }
}
