package io.github.dirtyrange.bench.queue;

import io.github.dirtyrange.kernel.ChangeQueue;
import io.github.dirtyrange.kernel.ChangeQueueOptions;
import io.github.dirtyrange.kernel.PageRange;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.TrackedProcess;
import io.github.dirtyrange.kernel.sim.SimKernel;
import io.github.dirtyrange.kernel.sim.SimProcess;
import io.github.dirtyrange.kernel.sim.queue.QueueDesign;
import io.github.dirtyrange.kernel.sim.queue.QueueDesigns;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * How long a drain of n changes takes, on processes that have mapped little and much. The changed
 * pages are every eighth of as many page tables as they need, spread evenly over all that is
 * mapped. Arguments: the design.
 */
public final class DrainTable {

  private static final int CHANGES_A_TABLE = 64;
  private static final int TRIES = 7;
  private static final long GIB = 1L << 30;
  private static final long[] MAPPED_GIB = {1, 64, 1024, 16 * 1024};
  private static final int[] CHANGES = {100, 1_000, 10_000, 100_000, 1_000_000};

  private DrainTable() {}

  /** Prints nanoseconds a change, real and modelled: a row for each n, a column for each size. */
  public static void main(String[] arguments) {
    QueueDesign design = QueueDesigns.find(arguments.length == 0 ? "percpu" : arguments[0]);
    for (boolean warm : new boolean[] {false, true}) {
      for (int changes : CHANGES) {
        StringBuilder row = new StringBuilder(String.format(Locale.ROOT, "| %,d |", changes));
        for (long gib : MAPPED_GIB) {
          row.append(cell(design, gib * GIB, changes));
        }
        if (warm) {
          System.out.println(row);
        }
      }
    }
  }

  private static String cell(QueueDesign design, long bytes, int changes) {
    int tables = (changes + CHANGES_A_TABLE - 1) / CHANGES_A_TABLE;
    if (tables > Pages.count(bytes) / Pages.PER_TABLE) {
      return " – |";
    }
    SimKernel kernel = SimKernel.newest();
    SimProcess process = kernel.spawn();
    long start = Pages.vpn(process.mmap(bytes));
    PageRange range = new PageRange(start, start + Pages.count(bytes));
    try (TrackedProcess tracked = kernel.open(process.pid(), design);
        ChangeQueue queue =
            tracked.openChangeQueue(new ChangeQueueOptions(List.of(range), 1L << 30))) {
      queue.drain((startVpn, endVpn, changed, now) -> {});
      long[] real = new long[TRIES];
      long modelled = 0;
      for (int i = 0; i < TRIES; i++) {
        write(process, range, changes, tables);
        long modelledBefore = kernel.nanoTime();
        long before = System.nanoTime();
        queue.drain((startVpn, endVpn, changed, now) -> {});
        real[i] = System.nanoTime() - before;
        modelled = kernel.nanoTime() - modelledBefore;
      }
      Arrays.sort(real);
      return String.format(
          Locale.ROOT,
          " %.0f / %.0f |",
          (double) real[TRIES / 2] / changes,
          (double) modelled / changes);
    }
  }

  private static void write(SimProcess process, PageRange range, int changes, int tables) {
    long apart = range.pages() / tables / Pages.PER_TABLE * Pages.PER_TABLE;
    long first = (range.startVpn() + Pages.PER_TABLE - 1) & -Pages.PER_TABLE;
    for (int i = 0; i < changes; i++) {
      long table = Math.min(i / CHANGES_A_TABLE * apart, range.endVpn() - first - Pages.PER_TABLE);
      long page = (long) i % CHANGES_A_TABLE * (Pages.PER_TABLE / CHANGES_A_TABLE);
      process.store(Pages.address(first + table + page), 1);
    }
  }
}
