package io.github.dirtyrange.linux.queue;

import io.github.dirtyrange.kernel.ChangeQueueOptions;
import io.github.dirtyrange.kernel.ChangeSink;
import io.github.dirtyrange.kernel.CostModel;
import io.github.dirtyrange.kernel.DrainReport;
import io.github.dirtyrange.kernel.PageRange;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.ScanRequest;
import io.github.dirtyrange.kernel.TrackedRanges;
import io.github.dirtyrange.linux.mm.MemoryIdentity;
import io.github.dirtyrange.linux.mm.ProcMaps;
import io.github.dirtyrange.linux.mm.ProcPagemap;
import io.github.dirtyrange.linux.perf.FaultSampler;
import io.github.dirtyrange.linux.sys.OnlineCpus;
import java.nio.file.Path;
import java.util.List;

/**
 * Java against the shortest C that does the same on the same process, in turn: reading pagemap,
 * reading the perf rings, and whole rounds of the queue.
 *
 * <p>{@code LinuxBaselines SOURCES MAPPED_PAGES ROUNDS}, where SOURCES is the folder of the C
 * programs. docs/benchmarks-linux.md has the command and what came out.
 */
public final class LinuxBaselines {

  private static final int RING_PAGES = 2048;
  private static final int SAMPLES = 50_000;
  private static final ChangeSink IGNORE = (startVpn, endVpn, changed, now) -> {};

  private final Path sources;
  private final int rounds;
  private final CProgram target;
  private final long address;
  private final long pages;

  private LinuxBaselines(Path sources, long pages, int rounds) {
    this.sources = sources;
    this.rounds = rounds;
    this.pages = pages;
    target = CProgram.start(sources, "target", pages);
    address = Long.parseLong(target.answer());
  }

  /** Runs all three comparisons and prints a line for each. */
  public static void main(String[] arguments) {
    LinuxBaselines baselines =
        new LinuxBaselines(
            Path.of(arguments[0]), Long.parseLong(arguments[1]), Integer.parseInt(arguments[2]));
    System.out.println("java " + Runtime.version() + ", " + baselines.pages + " pages mapped");
    try (CProgram running = baselines.target) {
      System.out.println("target is process " + running.pid());
      baselines.readPagemap();
      baselines.withQueues();
    }
  }

  private void readPagemap() {
    PairedTimes times = new PairedTimes(rounds);
    long[] entries = new long[1 << 14];
    try (ProcPagemap pagemap = ProcPagemap.open(target.pid());
        CProgram c = CProgram.start(sources, "pagemap", target.pid(), address, pages)) {
      for (int round = -3; round < rounds; round++) {
        long start = System.nanoTime();
        long present = countPresent(pagemap, entries);
        double javaNanos = System.nanoTime() - start;
        long[] answer = c.askNumbers("r");
        require(present == answer[1], "both see the same pages present");
        if (round >= 0) {
          times.add(javaNanos / pages, (double) answer[0] / pages);
        }
      }
    }
    System.out.println(times.line("pagemap, a page", 1, "ns"));
  }

  private long countPresent(ProcPagemap pagemap, long[] entries) {
    long present = 0;
    for (long done = 0; done < pages; ) {
      int count = (int) Math.min(entries.length, pages - done);
      pagemap.read(Pages.vpn(address) + done, count, entries);
      for (int i = 0; i < count; i++) {
        present += entries[i] >>> 63;
      }
      done += count;
    }
    return present;
  }

  private void withQueues() {
    long start = Pages.vpn(address);
    PageRange all = new PageRange(start, start + pages);
    TrackedRanges ranges = TrackedRanges.of(List.of(all));
    try (MemoryIdentity identity = MemoryIdentity.open(target.pid());
        ProcMaps maps = new ProcMaps(identity);
        CProgram c = CProgram.start(sources, "queue", target.pid(), address, pages, RING_PAGES)) {
      c.answer();
      readRings(c, ranges);
      ChangeQueueOptions options = new ChangeQueueOptions(List.of(all), 2L * ringBytes());
      try (LinuxChangeQueue queue =
          LinuxQueues.open(identity, maps, options, CostModel.defaults())) {
        rounds(c, queue, "w", 100);
        rounds(c, queue, "w", 1000);
        rounds(c, queue, "r", 1000);
      }
    }
  }

  private static long ringBytes() {
    return (long) RING_PAGES * Pages.SIZE * OnlineCpus.read().length;
  }

  private void readRings(CProgram c, TrackedRanges ranges) {
    PairedTimes times = new PairedTimes(rounds);
    long[] hints = new long[SAMPLES + 1024];
    try (FaultSampler sampler = FaultSampler.openProcess(target.pid(), ringBytes())) {
      sampler.enable();
      for (int round = -10; round < rounds; round++) {
        target.ask("w " + SAMPLES + " " + (round + 1000));
        int[] count = {0};
        long samples = sampler.pendingSamples();
        long start = System.nanoTime();
        sampler.read(
            (address, pid, tid, nanos) -> {
              long vpn = Pages.vpn(address);
              if (ranges.find(vpn) >= 0 && count[0] < hints.length) {
                hints[count[0]++] = vpn;
              }
            });
        double javaNanos = System.nanoTime() - start;
        require(count[0] > 0 && hints[0] != 0, "samples fall into the target's range");
        long[] answer = c.askNumbers("r");
        rearm();
        if (round >= 0) {
          times.add(javaNanos / samples, (double) answer[0] / answer[1]);
        }
      }
    }
    System.out.println(times.line("perf ring, a sample of " + SAMPLES, 1, "ns"));
  }

  private void rearm() {
    try (ProcPagemap pagemap = ProcPagemap.open(target.pid())) {
      long start = Pages.vpn(address);
      TrackedRanges all = TrackedRanges.of(List.of(new PageRange(start, start + pages)));
      LearntCosts costs = LearntCosts.unchanging(CostModel.defaults());
      new WrittenPages(pagemap, ScanRequest.WP_MATCHING, costs).collect(all, (from, to, now) -> {});
    }
  }

  /** Each round's pages are written twice: once for Java to find, once for C. */
  private void rounds(CProgram c, LinuxChangeQueue queue, String how, int dirty) {
    PairedTimes times = new PairedTimes(rounds);
    long javaCalls = 0;
    long javaPages = 0;
    long cCalls = 0;
    for (int round = -200; round < rounds; round++) {
      String write = how + " " + dirty + " " + (round + 7777);
      target.ask(write);
      long start = System.nanoTime();
      DrainReport report = queue.drain(IGNORE);
      double javaNanos = System.nanoTime() - start;
      c.ask("s");
      target.ask(write);
      long[] answer = c.askNumbers("d " + queue.gapPages());
      queue.forget();
      if (round >= 0) {
        times.add(javaNanos, (double) answer[0]);
        require(
            report.method() == DrainReport.Method.QUEUE,
            "every round was drained by hints; map 2097152 pages");
        javaCalls += report.calls();
        javaPages += report.pagesInspected();
        cCalls += answer[2];
      }
    }
    String kind = how.equals("r") ? " in runs of 10" : " scattered";
    System.out.println(times.line("round, " + dirty + kind, 1e3, "us"));
    System.out.println("  " + queue.details());
    System.out.printf(
        "%34s calls %d and %d, %d pages walked a round%n",
        "", javaCalls / rounds, cCalls / rounds, javaPages / rounds);
  }

  private static void require(boolean holds, String what) {
    if (!holds) {
      throw new IllegalStateException("expected that " + what);
    }
  }
}
