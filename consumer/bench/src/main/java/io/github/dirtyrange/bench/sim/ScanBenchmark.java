package io.github.dirtyrange.bench.sim;

import io.github.dirtyrange.kernel.Categories;
import io.github.dirtyrange.kernel.PageRegionBuffer;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.ScanRequest;
import io.github.dirtyrange.kernel.TrackedProcess;
import io.github.dirtyrange.kernel.sim.SimKernel;
import io.github.dirtyrange.kernel.sim.SimProcess;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Reading the state of 4 GiB of small pages, all present and armed, in units of a page. */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
    value = 1,
    jvmArgsAppend = {"-Xmx2g", "-XX:+UseSerialGC"})
public class ScanBenchmark {

  private static final int PAGES = 1 << 20;
  private static final int CHUNK = 1 << 15;

  private final long[] entries = new long[CHUNK];
  private final PageRegionBuffer regions = new PageRegionBuffer(512);
  private long startVpn;
  private @Nullable TrackedProcess tracked;

  /** Populates the memory and arms it. */
  @Setup
  public void populate() {
    SimProcess process = SimKernel.newest().spawn();
    long bytes = Pages.address(PAGES);
    long start = process.mmap(bytes);
    process.storeRange(start, bytes, 1);
    startVpn = Pages.vpn(start);
    process.registerWriteProtect(startVpn, startVpn + PAGES);
    tracked = process.tracked();
    takeWritten();
  }

  /** Reads pagemap in pieces of 32,768 pages. {@return the last entry} */
  @Benchmark
  @OperationsPerInvocation(PAGES)
  public long pagemap() {
    TrackedProcess process = Objects.requireNonNull(tracked);
    for (int i = 0; i < PAGES; i += CHUNK) {
      process.readPagemap(startVpn + i, CHUNK, entries);
    }
    return entries[CHUNK - 1];
  }

  /** PAGEMAP_SCAN for pages written, of which there are none. {@return where it ended} */
  @Benchmark
  @OperationsPerInvocation(PAGES)
  public long takeWritten() {
    return scan(ScanRequest.takeWritten(startVpn, startVpn + PAGES));
  }

  /** PAGEMAP_SCAN for zero pages, of which there are none. {@return where it ended} */
  @Benchmark
  @OperationsPerInvocation(PAGES)
  public long scanMatchingNone() {
    return scan(ScanRequest.of(startVpn, startVpn + PAGES, Categories.PFNZERO));
  }

  /** PAGEMAP_SCAN for present pages, which all are. {@return where it ended} */
  @Benchmark
  @OperationsPerInvocation(PAGES)
  public long scanMatchingAll() {
    return scan(ScanRequest.of(startVpn, startVpn + PAGES, Categories.PRESENT));
  }

  private long scan(ScanRequest request) {
    return Objects.requireNonNull(tracked).scan(request, regions);
  }
}
