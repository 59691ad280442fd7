package io.github.dirtyrange.linux.perf;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/** How many page faults the machine takes, one process apart. */
final class FaultRate {

  private static final long WINDOW_NANOS = 2_000_000;
  private static final String COUNT = "pgfault ";

  private FaultRate() {}

  /** {@return the faults a second of all other processes, over some milliseconds from now on} */
  static double ofOthers(int pid) {
    try (FaultBalance own = FaultBalance.sinceItWasMade(pid, 0)) {
      long start = System.nanoTime();
      long before = all() - own.faults();
      LockSupport.parkNanos(WINDOW_NANOS);
      long more = Math.max(0, all() - own.faults() - before);
      return (double) more * TimeUnit.SECONDS.toNanos(1) / (System.nanoTime() - start);
    }
  }

  /** Counted by the kernel however a fault ended ({@code handle_mm_fault}); 0 if it does not. */
  private static long all() {
    try (Stream<String> counts = Files.lines(Path.of("/proc/vmstat"))) {
      return counts
          .filter(line -> line.startsWith(COUNT))
          .mapToLong(line -> Long.parseLong(line.substring(COUNT.length())))
          .findFirst()
          .orElse(0);
    } catch (IOException e) {
      return 0;
    }
  }
}
