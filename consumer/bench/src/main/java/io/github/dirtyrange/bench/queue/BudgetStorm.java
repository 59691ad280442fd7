package io.github.dirtyrange.bench.queue;

import io.github.dirtyrange.bench.interval.Optimum;
import io.github.dirtyrange.kernel.Categories;
import io.github.dirtyrange.kernel.PageRange;
import io.github.dirtyrange.kernel.TrackedRanges;
import io.github.dirtyrange.kernel.sim.queue.BoundedPerCpuDesign;
import io.github.dirtyrange.kernel.sim.queue.QueueSpec;
import io.github.dirtyrange.kernel.sim.queue.RecordQueue;
import it.unimi.dsi.fastutil.longs.LongArrayList;
import java.util.Arrays;
import java.util.Locale;
import java.util.SplittableRandom;

/**
 * A storm of random changes on a queue with a small budget: nothing may be lost, the memory must
 * stay within the budget, and what is reported is compared with the optimum.
 */
public final class BudgetStorm {

  private static final int CHANGES = 10_000_000;
  private static final int CPUS = 2;
  private static final long BUDGET = 64 << 10;
  private static final long BYTES_A_REGION = 24;
  private static final int SPACE_BITS = 28;

  private BudgetStorm() {}

  /** Prints one line a seed. */
  public static void main(String[] arguments) {
    for (int seed = 1; seed <= 3; seed++) {
      run(seed);
    }
  }

  private static void run(int seed) {
    TrackedRanges space = TrackedRanges.of(new PageRange(0, 1L << SPACE_BITS));
    RecordQueue queue = new BoundedPerCpuDesign().open(new QueueSpec(CPUS, space, BUDGET));
    long[] pages = new SplittableRandom(seed).longs(CHANGES, 0, 1L << SPACE_BITS).toArray();
    long most = 0;
    for (int i = 0; i < CHANGES; i++) {
      queue.record(i % CPUS, pages[i], pages[i] + 1, Categories.WRITTEN);
      if (i % 64 == 0) {
        most = Math.max(most, queue.memoryBytes());
      }
    }
    LongArrayList bounds = new LongArrayList();
    queue.drain(
        (startVpn, endVpn, changed) -> {
          bounds.add(startVpn);
          bounds.add(endVpn);
        });
    most = Math.max(most, queue.memoryBytes());
    print(seed, bounds, Arrays.stream(pages).sorted().distinct().toArray(), most);
  }

  private static void print(int seed, LongArrayList bounds, long[] pages, long mostBytes) {
    long reported = 0;
    for (int i = 0; i < bounds.size(); i += 2) {
      reported += bounds.getLong(i + 1) - bounds.getLong(i);
    }
    int regions = bounds.size() / 2;
    long span = Optimum.span(pages);
    long best = Optimum.leftOut(pages, regions);
    long bestOfBudget = Optimum.leftOut(pages, BUDGET / BYTES_A_REGION);
    System.out.printf(
        Locale.ROOT,
        "seed %d: %,d pages, lost %d, at most %,d of %,d bytes, %,d regions; clean pages left out"
            + " %,d, optimum with as many regions %,d (%.3f), with the whole budget %,d (%.3f);"
            + " reported/optimum %.5f%n",
        seed,
        pages.length,
        lost(bounds, pages),
        mostBytes,
        BUDGET,
        regions,
        span - reported,
        best,
        (double) (span - reported) / best,
        bestOfBudget,
        (double) (span - reported) / bestOfBudget,
        (double) reported / (span - best));
  }

  private static long lost(LongArrayList bounds, long[] pages) {
    long lost = 0;
    int region = 0;
    for (long page : pages) {
      while (region < bounds.size() && bounds.getLong(region + 1) <= page) {
        region += 2;
      }
      lost += region == bounds.size() || page < bounds.getLong(region) ? 1 : 0;
    }
    return lost;
  }
}
