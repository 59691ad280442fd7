package io.github.dirtyrange.bench.queue;

import io.github.dirtyrange.kernel.ChangeQueue;
import io.github.dirtyrange.kernel.ChangeQueueOptions;
import io.github.dirtyrange.kernel.PageRange;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.sim.SimKernel;
import io.github.dirtyrange.kernel.sim.SimProcess;
import io.github.dirtyrange.kernel.sim.queue.QueueDesigns;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;

/**
 * What a write fault of the simulated kernel costs, and what the drain costs, by how many ranges
 * the queue tracks. The same pages are written in the same order, one in each sixteenth page of 1
 * GiB, and the ranges hold all of them: one range, or many with pages between them left out.
 */
public final class ManyRanges {

  private static final int[] RANGES = {1, 100, 10_000};
  private static final int PAGES = 1 << 18;
  private static final int APART = 16;
  private static final int WRITES = PAGES / APART;
  private static final int ROUNDS = 61;

  private ManyRanges() {}

  /** Prints nanoseconds a fault and a drained page, the medians. Arguments: the design. */
  public static void main(String[] arguments) {
    String design = arguments.length == 0 ? "percpu" : arguments[0];
    for (int ranges : RANGES) {
      measure(design, ranges);
    }
  }

  private static void measure(String design, int count) {
    SimKernel kernel = SimKernel.newest();
    SimProcess process = kernel.spawn();
    long start = Pages.vpn(process.mmap(Pages.address(PAGES)));
    long[] addresses = new long[WRITES];
    for (int i = 0; i < WRITES; i++) {
      addresses[i] = Pages.address(start + (long) i * APART);
      process.store(addresses[i], 1);
    }
    shuffle(addresses);
    try (ChangeQueue queue =
        kernel
            .open(process.pid(), QueueDesigns.find(design))
            .openChangeQueue(new ChangeQueueOptions(ranges(start, count), 1L << 28))) {
      double[] faults = new double[ROUNDS];
      double[] drains = new double[ROUNDS];
      for (int round = 0; round < ROUNDS; round++) {
        long before = System.nanoTime();
        for (long address : addresses) {
          process.store(address, round + 2L);
        }
        long between = System.nanoTime();
        queue.drain((startVpn, endVpn, changed, now) -> {});
        drains[round] = (double) (System.nanoTime() - between) / WRITES;
        faults[round] = (double) (between - before) / WRITES;
      }
      Arrays.sort(faults);
      Arrays.sort(drains);
      System.out.printf(
          Locale.ROOT,
          "%,7d ranges: %,.0f ns a fault, %,.0f ns a page drained%n",
          count,
          faults[ROUNDS / 2],
          drains[ROUNDS / 2]);
    }
  }

  /** As many ranges as asked for, each but the last without the page before the next. */
  private static List<PageRange> ranges(long start, int count) {
    List<PageRange> ranges = new ArrayList<>();
    long from = start;
    for (int i = 1; i <= count; i++) {
      long next = start + (long) WRITES * i / count * APART;
      ranges.add(new PageRange(from, next - 1));
      from = next;
    }
    return ranges;
  }

  private static void shuffle(long[] addresses) {
    SplittableRandom random = new SplittableRandom(1);
    for (int i = addresses.length - 1; i > 0; i--) {
      int other = random.nextInt(i + 1);
      long address = addresses[i];
      addresses[i] = addresses[other];
      addresses[other] = address;
    }
  }
}
