package io.github.dirtyrange.bench.interval;

import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * A whole epoch, fill and ordered drain on one instance, of any structure on any workload. {@code
 * java -jar benchmarks.jar EpochBenchmark -p operations=1000 -p structure=DIRTYRANGE,AVL_MAP} takes
 * the first 1,000 operations only: small rounds. {@code -prof gc} adds the allocation.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(1)
public class EpochBenchmark {

  /** Which operations. */
  @Param public Workload workload = Workload.W1;

  /** On what. */
  @Param public Structure structure = Structure.DIRTYRANGE;

  /** How many of the workload's operations an epoch has. */
  @Param("100000000")
  public int operations;

  private Epoch epoch = new Epoch(new long[0], Workload.W1, Structure.APPEND_LOG);

  /** Makes the operations and the structure. */
  @Setup
  public void prepare() {
    long[] all = workload.operations();
    epoch = new Epoch(Arrays.copyOf(all, Math.min(all.length, operations)), workload, structure);
  }

  /** Fills and drains once. {@return a hash of what was drained} */
  @Benchmark
  public long epoch() {
    epoch.fill();
    epoch.drain();
    return epoch.hash();
  }
}
