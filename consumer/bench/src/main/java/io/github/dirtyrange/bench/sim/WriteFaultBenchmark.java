package io.github.dirtyrange.bench.sim;

import io.github.dirtyrange.kernel.ChangeQueue;
import io.github.dirtyrange.kernel.ChangeQueueOptions;
import io.github.dirtyrange.kernel.PageRange;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.sim.SimKernel;
import io.github.dirtyrange.kernel.sim.SimProcess;
import io.github.dirtyrange.kernel.sim.queue.QueueDesigns;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
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

/**
 * Stores to armed pages with a change queue open: each takes a fault, and is queued. The drain that
 * arms them again is outside of {@link #store} and inside of {@link #storeAndDrain}.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
    value = 1,
    jvmArgsAppend = {"-Xmx6g", "-XX:+UseSerialGC"})
public class WriteFaultBenchmark {

  private static final int FAULTS = 1 << 18;

  /** Where the pages lie that are written. */
  public enum Pattern {
    /** All of 1 GiB, one after the other. */
    SEQUENTIAL_GIB(1),
    /** All of 1 GiB, shuffled. */
    UNIFORM_GIB(1),
    /** As many pages, scattered over 1 TiB. */
    UNIFORM_TIB(1024);

    private final int pagesPerFault;

    Pattern(int pagesPerFault) {
      this.pagesPerFault = pagesPerFault;
    }

    private long[] pages() {
      SplittableRandom random = new SplittableRandom(1);
      long[] pages = new long[FAULTS];
      for (int i = 0; i < FAULTS; i++) {
        pages[i] = (long) i * pagesPerFault + random.nextInt(pagesPerFault);
      }
      for (int i = FAULTS - 1; i > 0 && this != SEQUENTIAL_GIB; i--) {
        int j = random.nextInt(i + 1);
        long page = pages[i];
        pages[i] = pages[j];
        pages[j] = page;
      }
      return pages;
    }
  }

  /** Which pages. */
  @Param public Pattern pattern = Pattern.SEQUENTIAL_GIB;

  /** The queue's design: one with a lock that every fault takes, and one without. */
  @Param({"locked-map", "percpu-bounded"})
  public String design = "locked-map";

  private long[] addresses = new long[0];
  private long stamp;
  private @Nullable SimProcess process;
  private @Nullable ChangeQueue queue;

  /** Populates the memory, registers it for write-protection and opens a queue. */
  @Setup
  public void populate() {
    long bytes = Pages.address((long) FAULTS * pattern.pagesPerFault);
    SimKernel kernel = SimKernel.newest();
    SimProcess writer = kernel.spawn();
    long start = writer.mmap(bytes);
    writer.storeRange(start, bytes, 1);
    PageRange range = new PageRange(Pages.vpn(start), Pages.vpn(start + bytes));
    writer.registerWriteProtect(range.startVpn(), range.endVpn());
    queue =
        kernel
            .open(writer.pid(), QueueDesigns.find(design))
            .openChangeQueue(new ChangeQueueOptions(List.of(range), 1L << 30));
    process = writer;
    addresses = pattern.pages();
    for (int i = 0; i < addresses.length; i++) {
      addresses[i] = start + Pages.address(addresses[i]);
    }
  }

  /** Takes what was queued, and arms its pages again. */
  @Setup(Level.Invocation)
  public void drain() {
    Objects.requireNonNull(queue).drain((startVpn, endVpn, changed, now) -> {});
  }

  /** Writes every page once. */
  @Benchmark
  @OperationsPerInvocation(FAULTS)
  public void store() {
    SimProcess writer = Objects.requireNonNull(process);
    stamp = (stamp + 1) & Integer.MAX_VALUE;
    for (long address : addresses) {
      writer.store(address, stamp);
    }
  }

  /** Writes every page once, and drains the queue: the whole of a round. */
  @Benchmark
  @OperationsPerInvocation(FAULTS)
  public void storeAndDrain() {
    store();
    drain();
  }
}
