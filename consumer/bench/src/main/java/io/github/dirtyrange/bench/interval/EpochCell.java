package io.github.dirtyrange.bench.interval;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.Locale;
import org.openjdk.jol.info.GraphLayout;

/**
 * One cell of the table, measured in a process of its own: {@code EpochCell WORKLOAD STRUCTURE
 * EPOCHS WARMUP [OPERATIONS]} prints one line of numbers for {@link EpochTable}.
 */
public final class EpochCell {

  /**
   * Warming up and measuring take no longer than this each, though at least one epoch: processor
   * time, so that a busy machine does not leave a structure half compiled.
   */
  private static final long PHASE_NANOS = 1_500_000_000L;

  private EpochCell() {}

  /** Measures one structure on one workload. */
  public static void main(String[] args) {
    System.setProperty("jol.magicFieldOffset", "true");
    Workload workload = Workload.valueOf(args[0]);
    Structure structure = Structure.valueOf(args[1]);
    int epochs = Integer.parseInt(args[2]);
    int warmup = Integer.parseInt(args[3]);
    long[] operations = workload.operations();
    if (args.length > 4) {
      operations =
          Arrays.copyOf(operations, Math.min(operations.length, Integer.parseInt(args[4])));
    }
    Epoch epoch = new Epoch(operations, workload, structure);
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long deadline = threads.getCurrentThreadCpuTime() + PHASE_NANOS;
    for (int i = 0; i < warmup && threads.getCurrentThreadCpuTime() < deadline; i++) {
      epoch.run();
    }
    deadline = threads.getCurrentThreadCpuTime() + PHASE_NANOS;
    double[] fill = new double[epochs];
    double[] drain = new double[epochs];
    double[] total = new double[epochs];
    long before = threads.getCurrentThreadAllocatedBytes();
    int done = 0;
    while (done < epochs && (done < 1 || threads.getCurrentThreadCpuTime() < deadline)) {
      epoch.run();
      fill[done] = epoch.fillNanos();
      drain[done] = epoch.drainNanos();
      total[done] = fill[done] + drain[done];
      done++;
    }
    long allocated = threads.getCurrentThreadAllocatedBytes() - before;
    double count = operations.length;
    long ranges = epoch.ranges();
    long hash = epoch.hash();
    epoch.fill();
    long bytes = GraphLayout.parseInstance(epoch.subject()).totalSize();
    System.out.printf(
        Locale.ROOT,
        "%s %s %.3f %.3f %.3f %.3f %d %.4f %d%n",
        workload,
        structure,
        median(fill, done) / count,
        median(drain, done) / ranges,
        median(total, done) / count,
        (double) bytes / ranges,
        ranges,
        allocated / count / done,
        hash);
  }

  private static double median(double[] values, int count) {
    double[] sorted = Arrays.copyOf(values, count);
    Arrays.sort(sorted);
    return sorted[count / 2];
  }
}
