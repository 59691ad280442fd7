package io.github.dirtyrange.bench.queue;

import static java.util.Objects.requireNonNull;

import io.github.dirtyrange.kernel.Categories;
import io.github.dirtyrange.kernel.PageRange;
import io.github.dirtyrange.kernel.TrackedRanges;
import io.github.dirtyrange.kernel.sim.queue.QueueDesign;
import io.github.dirtyrange.kernel.sim.queue.QueueDesigns;
import io.github.dirtyrange.kernel.sim.queue.QueueSpec;
import io.github.dirtyrange.kernel.sim.queue.RecordQueue;
import it.unimi.dsi.fastutil.longs.LongArrayList;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * What scattered records cost each design, to make and to take out, by how many there are: one page
 * each, by one CPU, anywhere in 1 TiB. All designs in turn, so that a neighbour's work falls on all
 * of them, and in the thread's own processor time, so that it does not wait for any.
 */
public final class ScatteredDrain {

  private static final int[] RECORDS = {100, 1_000, 10_000, 60_000};
  private static final int ROUNDS = 9;
  private static final int WARM_UP = 2;
  private static final int RECORDS_A_ROUND = 400_000;
  private static final int SPACE_BITS = 28;
  private static final TrackedRanges SPACE = TrackedRanges.of(new PageRange(0, 1L << SPACE_BITS));

  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  private static long sum;

  private ScatteredDrain() {}

  /**
   * Prints nanoseconds a record, and microseconds a drain, the medians: a row for each design, a
   * column for each number of records.
   */
  public static void main(String[] arguments) {
    Map<String, StringBuilder> rows = new LinkedHashMap<>();
    for (QueueDesign design : QueueDesigns.registered()) {
      rows.put(design.name(), new StringBuilder("| `" + design.name() + "` |"));
    }
    for (int records : RECORDS) {
      column(records, rows);
    }
    rows.values().forEach(System.out::println);
    System.err.println(sum);
  }

  private static void column(int records, Map<String, StringBuilder> rows) {
    long[] pages = new SplittableRandom(1).longs(records, 0, 1L << SPACE_BITS).toArray();
    Map<String, Times> times = new LinkedHashMap<>();
    for (int round = 0; round < ROUNDS; round++) {
      for (QueueDesign design : QueueDesigns.registered()) {
        Times ofDesign = times.computeIfAbsent(design.name(), name -> new Times());
        RecordQueue queue = design.open(new QueueSpec(4, SPACE, 64L << 20));
        for (int i = 0; i < Math.max(3, RECORDS_A_ROUND / records); i++) {
          measure(queue, pages, ofDesign);
        }
        if (round == WARM_UP - 1) {
          ofDesign.forget();
        }
      }
    }
    times.forEach(
        (name, all) -> {
          double record = median(all.records) / records;
          double micros = median(all.drains) / 1_000;
          String cell = String.format(Locale.ROOT, " %.1f / %.1f |", record, micros);
          requireNonNull(rows.get(name)).append(cell);
        });
  }

  private static void measure(RecordQueue queue, long[] pages, Times times) {
    long before = THREADS.getCurrentThreadCpuTime();
    for (long vpn : pages) {
      queue.record(0, vpn, vpn + 1, Categories.WRITTEN);
    }
    long between = THREADS.getCurrentThreadCpuTime();
    queue.drain((startVpn, endVpn, changed) -> sum += startVpn ^ endVpn);
    times.drains.add(THREADS.getCurrentThreadCpuTime() - between);
    times.records.add(between - before);
  }

  private static double median(LongArrayList times) {
    long[] sorted = times.toLongArray();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }

  /** What was measured, in nanoseconds. */
  private static final class Times {

    private final LongArrayList records = new LongArrayList();
    private final LongArrayList drains = new LongArrayList();

    private void forget() {
      records.clear();
      drains.clear();
    }
  }
}
