package io.github.dirtyrange.bench.sim;

import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.sim.SimKernel;
import io.github.dirtyrange.kernel.sim.SimProcess;
import java.lang.management.ManagementFactory;

/**
 * A check that a populated tebibyte, 2<sup>28</sup> small pages that all hold something, fits into
 * 4 GiB of heap: prints what it takes, and ends with status 1 if it is more.
 */
public final class TebibyteHeap {

  private static final long BYTES = 1L << 40;
  private static final long LIMIT_BYTES = 4L << 30;

  private TebibyteHeap() {}

  /** Runs the check. */
  public static void main(String[] arguments) {
    long before = heapUsed();
    SimProcess process = SimKernel.newest().spawn();
    long start = process.mmap(BYTES);
    process.storeRange(start, BYTES, 1);
    long used = heapUsed() - before;
    if (process.load(start + BYTES - Pages.SIZE) != 1) {
      throw new IllegalStateException("the last page does not hold what was stored");
    }
    System.out.printf(
        "%,d pages populated: %.2f GiB of heap, %.2f bytes a page%n",
        BYTES / Pages.SIZE, used / (double) (1 << 30), used * (double) Pages.SIZE / BYTES);
    System.exit(used <= LIMIT_BYTES ? 0 : 1);
  }

  private static long heapUsed() {
    System.gc();
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }
}
