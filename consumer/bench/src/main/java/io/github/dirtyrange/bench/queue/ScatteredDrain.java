package io.github.dirtyrange.bench.queue;

import static java.util.Objects.requireNonNull;

import io.github.dirtyrange.kernel.Categories;
import io.github.dirtyrange.kernel.PageRange;
import io.github.dirtyrange.kernel.TrackedRanges;
import io.github.dirtyrange.kernel.sim.queue.QueueDesign;
import io.github.dirtyrange.kernel.sim.queue.QueueDesigns;
import io.github.dirtyrange.kernel.sim.queue.QueueSpec;
import io.github.dirtyrange.kernel.sim.queue.RecordQueue;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * What taking scattered records out of a design costs, by how many there are: one page each, by one
 * CPU, anywhere in 1 TiB. All designs in turn, so that a neighbour's work falls on all of them.
 */
public final class ScatteredDrain {

  private static final int[] RECORDS = {100, 1_000, 10_000, 60_000};
  private static final int ROUNDS = 9;
  private static final int RECORDS_A_ROUND = 400_000;
  private static final int SPACE_BITS = 28;
  private static final TrackedRanges SPACE = TrackedRanges.of(new PageRange(0, 1L << SPACE_BITS));

  private static long sum;

  private ScatteredDrain() {}

  /** Prints microseconds a drain, the median: a row for each design, a column for each number. */
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
    int drains = Math.max(3, RECORDS_A_ROUND / records);
    Map<String, double[]> times = new LinkedHashMap<>();
    for (int round = 0; round < ROUNDS; round++) {
      for (QueueDesign design : QueueDesigns.registered()) {
        double[] all = times.computeIfAbsent(design.name(), name -> new double[ROUNDS * drains]);
        RecordQueue queue = design.open(new QueueSpec(4, SPACE, 64L << 20));
        for (int i = 0; i < drains; i++) {
          all[round * drains + i] = drain(queue, pages);
        }
      }
    }
    times.forEach(
        (name, all) -> {
          double[] warm = Arrays.copyOfRange(all, 2 * drains, all.length);
          Arrays.sort(warm);
          String cell = String.format(Locale.ROOT, " %.1f |", warm[warm.length / 2] / 1_000);
          requireNonNull(rows.get(name)).append(cell);
        });
  }

  private static long drain(RecordQueue queue, long[] pages) {
    for (long vpn : pages) {
      queue.record(0, vpn, vpn + 1, Categories.WRITTEN);
    }
    long before = System.nanoTime();
    queue.drain((startVpn, endVpn, changed) -> sum += startVpn ^ endVpn);
    return System.nanoTime() - before;
  }
}
