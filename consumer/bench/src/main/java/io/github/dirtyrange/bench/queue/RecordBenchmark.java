package io.github.dirtyrange.bench.queue;

import io.github.dirtyrange.kernel.Categories;
import io.github.dirtyrange.kernel.PageRange;
import io.github.dirtyrange.kernel.TrackedRanges;
import io.github.dirtyrange.kernel.sim.queue.QueueDesign;
import io.github.dirtyrange.kernel.sim.queue.QueueDesigns;
import io.github.dirtyrange.kernel.sim.queue.QueueSpec;
import io.github.dirtyrange.kernel.sim.queue.RecordQueue;
import java.util.SplittableRandom;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.infra.ThreadParams;

/**
 * What a record costs the fault that makes it. Each thread is a CPU and faults on scattered pages
 * of its own 1 GiB, every page once; between two such rounds, which is not counted, the first
 * thread drains. {@code -t 2} is two CPUs.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 4, time = 1)
@Fork(1)
public class RecordBenchmark {

  private static final int FAULTS = 1 << 16;
  private static final int PAGES = 1 << 18;
  private static final int CPUS = 4;
  private static final int PATIENCE_MILLIS = 50;

  /** The queue that all CPUs share. */
  @State(Scope.Benchmark)
  public static class Shared {

    /** Of which design; {@link AllDesigns} takes each. */
    @Param("percpu")
    public String design = "percpu";

    private RecordQueue queue = open(design);
    private CyclicBarrier rounds = new CyclicBarrier(1);

    /** Opens the queue; a ring gets room for two rounds. */
    @Setup
    public void prepare() {
      queue = open(design);
    }

    /** Lets the CPUs meet between rounds, where the last to come drains. */
    @Setup(Level.Iteration)
    public void meet(BenchmarkParams params) {
      rounds =
          new CyclicBarrier(
              params.getThreads(), () -> queue.drain((startVpn, endVpn, changed) -> {}));
    }

    private static RecordQueue open(String name) {
      QueueDesign found = QueueDesigns.find(name);
      TrackedRanges ranges = TrackedRanges.of(new PageRange(0, (long) PAGES * CPUS));
      return found.open(new QueueSpec(CPUS, ranges, 16L << 20));
    }
  }

  /** One CPU. */
  @State(Scope.Thread)
  public static class Cpu {

    private final long[] pages = new long[FAULTS];
    private int number;

    /** Draws the pages. */
    @Setup
    public void prepare(ThreadParams thread) {
      number = thread.getThreadIndex();
      SplittableRandom random = new SplittableRandom(number);
      long[] all = new long[PAGES];
      for (int i = 0; i < PAGES; i++) {
        int other = random.nextInt(i + 1);
        all[i] = all[other];
        all[other] = (long) PAGES * number + i;
      }
      System.arraycopy(all, 0, pages, 0, FAULTS);
    }

    /**
     * Waits for the other CPUs and for the drain, after which all pages are armed. At the end of an
     * iteration the others may not come.
     */
    @Setup(Level.Invocation)
    public void awaitDrain(Shared shared) throws InterruptedException {
      try {
        shared.rounds.await(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
      } catch (TimeoutException | BrokenBarrierException lastRound) {
        shared.rounds.reset();
      }
    }
  }

  /** {@return how many records were taken} */
  @Benchmark
  @OperationsPerInvocation(FAULTS)
  public int record(Shared shared, Cpu cpu) {
    int taken = 0;
    for (long vpn : cpu.pages) {
      taken += shared.queue.record(cpu.number, vpn, vpn + 1, Categories.WRITTEN) ? 1 : 0;
    }
    return taken;
  }
}
