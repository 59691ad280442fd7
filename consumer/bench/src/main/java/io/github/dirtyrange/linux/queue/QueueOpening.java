package io.github.dirtyrange.linux.queue;

import io.github.dirtyrange.kernel.ChangeQueue;
import io.github.dirtyrange.kernel.ChangeQueueOptions;
import io.github.dirtyrange.kernel.ChangeSink;
import io.github.dirtyrange.kernel.FaultSamples;
import io.github.dirtyrange.kernel.PageRange;
import io.github.dirtyrange.kernel.PageRegionBuffer;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.ScanRequest;
import io.github.dirtyrange.kernel.TrackedProcess;
import io.github.dirtyrange.kernel.TrackedRanges;
import io.github.dirtyrange.linux.LinuxKernel;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * What opening a queue costs beyond the first write-protecting of the same memory, and which gaps
 * it then walks over, on a target that waits and on one that writes all the time.
 *
 * <p>{@code QueueOpening SOURCES MAPPED_PAGES OPENINGS DRAINS}, where SOURCES is the folder of the
 * C programs. Each opening and each write-protecting is of a new process.
 */
public final class QueueOpening {

  private static final long MAX_BYTES = 16L << 20;
  private static final long PAUSE_NANOS = 10_000_000;
  private static final ChangeSink IGNORE = (startVpn, endVpn, changed, now) -> {};

  private final LinuxKernel kernel = LinuxKernel.open();
  private final Path sources;
  private final long pages;
  private final int openings;
  private final int drains;

  private QueueOpening(String[] arguments) {
    sources = Path.of(arguments[0]);
    pages = Long.parseLong(arguments[1]);
    openings = Integer.parseInt(arguments[2]);
    drains = Integer.parseInt(arguments[3]);
  }

  /** Prints a few lines for each kind of memory and each state of the target. */
  public static void main(String[] arguments) {
    QueueOpening warmUp = new QueueOpening(new String[] {arguments[0], "4096", "1", "10"});
    warmUp.open("u", new Times(1));
    QueueOpening bench = new QueueOpening(arguments);
    System.out.println("java " + Runtime.version() + ", " + bench.pages + " pages mapped");
    bench.run("small pages, waiting", "u");
    bench.run("small pages, busy", "ub");
    bench.run("huge pages, waiting", "uh");
    bench.run("huge pages, busy", "uhb");
  }

  private void run(String name, String mode) {
    Times protecting = new Times(openings);
    Times sampled = new Times(openings);
    Times opening = new Times(openings);
    for (int i = 0; i < openings; i++) {
      protect(mode, protecting);
      protectSampled(mode, sampled);
      open(mode, opening);
    }
    System.out.printf(
        "%s: first write-protecting %s, the same while faults are sampled %s, opening %s"
            + " (medians of %d)%n",
        name, protecting, sampled, opening, openings);
    try (CProgram target = CProgram.start(sources, "target", pages, mode);
        TrackedProcess process = kernel.open(target.pid())) {
      drain(process, range(target));
    }
  }

  /** Drains as a tool does that looks in every 10 ms, and prints what the queue then goes by. */
  private void drain(TrackedProcess process, PageRange range) {
    ChangeQueueOptions options = new ChangeQueueOptions(List.of(range), MAX_BYTES);
    try (ChangeQueue queue = process.openChangeQueue(options)) {
      System.out.println("  at opening: " + describe(queue));
      queue.drainExactly(IGNORE);
      for (int drain = 0; drain < drains; drain++) {
        LockSupport.parkNanos(PAUSE_NANOS);
        queue.drain(IGNORE);
      }
      System.out.println("  after " + drains + " drains: " + describe(queue));
    }
  }

  private static String describe(ChangeQueue queue) {
    return queue.describe();
  }

  private void protect(String mode, Times times) {
    try (CProgram target = CProgram.start(sources, "target", pages, mode);
        TrackedProcess process = kernel.open(target.pid())) {
      protect(process, range(target), times);
    }
  }

  /** A queue listens before it arms (law L12): what that alone costs the arming. */
  private void protectSampled(String mode, Times times) {
    try (CProgram target = CProgram.start(sources, "target", pages, mode);
        TrackedProcess process = kernel.open(target.pid())) {
      PageRange range = range(target);
      try (FaultSamples samples =
          process.openFaultSamples(TrackedRanges.of(List.of(range)), MAX_BYTES / 2)) {
        samples.enable();
        protect(process, range, times);
      }
    }
  }

  private static void protect(TrackedProcess process, PageRange range, Times times) {
    ScanRequest request =
        ScanRequest.of(range.startVpn(), range.endVpn(), 0).withFlags(ScanRequest.WP_MATCHING);
    PageRegionBuffer none = new PageRegionBuffer(0);
    times.start();
    process.scan(request, none);
    times.end();
  }

  private void open(String mode, Times times) {
    try (CProgram target = CProgram.start(sources, "target", pages, mode);
        TrackedProcess process = kernel.open(target.pid())) {
      ChangeQueueOptions options = new ChangeQueueOptions(List.of(range(target)), MAX_BYTES);
      times.start();
      try (ChangeQueue queue = process.openChangeQueue(options)) {
        times.end();
        queue.drain(IGNORE);
      }
    }
  }

  private PageRange range(CProgram target) {
    long start = Pages.vpn(Long.parseLong(target.answer()));
    return new PageRange(start, start + pages);
  }

  /** Elapsed time, and the time that this thread ran: the two differ where others run as well. */
  private static final class Times {

    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private final double[] elapsed;
    private final double[] ran;
    private int count;
    private long start;
    private long ranAtStart;

    Times(int most) {
      elapsed = new double[most];
      ran = new double[most];
    }

    void start() {
      start = System.nanoTime();
      ranAtStart = THREADS.getCurrentThreadCpuTime();
    }

    void end() {
      ran[count] = (THREADS.getCurrentThreadCpuTime() - ranAtStart) / 1e6;
      elapsed[count++] = (System.nanoTime() - start) / 1e6;
    }

    @Override
    public String toString() {
      return String.format("%.1f ms (%.1f ms of CPU)", median(elapsed), median(ran));
    }

    private static double median(double[] values) {
      double[] sorted = values.clone();
      Arrays.sort(sorted);
      return sorted[sorted.length / 2];
    }
  }
}
