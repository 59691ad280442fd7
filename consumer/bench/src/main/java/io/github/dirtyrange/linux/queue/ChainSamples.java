package io.github.dirtyrange.linux.queue;

import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.linux.perf.FaultSampler;
import io.github.dirtyrange.linux.perf.FaultSink;
import io.github.dirtyrange.linux.perf.SampleSource;
import io.github.dirtyrange.linux.perf.SampledChain;
import io.github.dirtyrange.linux.perf.SamplingPlan;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What call chains in samples cost the process that is sampled, and the reader: tenth percentiles
 * and medians of rounds in turn.
 *
 * <p>{@code ChainSamples SOURCES}, where SOURCES is the folder of faults.c. docs/exports.md has the
 * command and what came out.
 */
public final class ChainSamples {

  private static final int ROUNDS = 60;
  private static final int PAGES = 4096;
  private static final long RING_BYTES = 16L << 20;
  private static final int MOST_DEPTH = 32;

  private ChainSamples() {}

  /** Prints a line for each way to sample. */
  public static void main(String[] arguments) {
    Map<String, List<Double>> times = new LinkedHashMap<>();
    try (CProgram target = CProgram.start(Path.of(arguments[0]), "faults", PAGES)) {
      target.answer();
      for (int round = 0; round < ROUNDS; round++) {
        add(times, "a write, not sampled", (double) target.askNumbers("d 8")[0]);
        sample(times, target, "no chain", 0, 8);
        sample(times, target, "a chain of 8 calls", MOST_DEPTH, 8);
        sample(times, target, "a chain of 32 calls", MOST_DEPTH, 40);
      }
    }
    times.forEach((what, nanos) -> System.out.printf("%-40s %s%n", what, say(nanos)));
  }

  private static void add(Map<String, List<Double>> times, String what, double nanos) {
    times.computeIfAbsent(what, first -> new ArrayList<>()).add(nanos);
  }

  private static void sample(
      Map<String, List<Double>> times, CProgram target, String what, int most, int depth) {
    SamplingPlan plan = SamplingPlan.from(SampleSource.THREADS, target.pid());
    try (FaultSampler sampler = FaultSampler.openProcess(target.pid(), plan, RING_BYTES, most)) {
      sampler.enable();
      add(times, "a write, " + what, (double) target.askNumbers("d " + depth)[0]);
      StackTally tally = StackTally.of(List::of);
      Counted counted = new Counted(tally);
      long start = System.nanoTime();
      sampler.read(counted);
      add(
          times,
          "read and counted, " + what,
          (double) (System.nanoTime() - start) / counted.samples);
    }
  }

  private static final class Counted implements FaultSink {

    private final StackTally tally;
    private final ThreadTally threads = new ThreadTally();
    private long samples;

    Counted(StackTally tally) {
      this.tally = tally;
    }

    @Override
    public void fault(long address, int pid, int tid, long nanos) {
      samples++;
      threads.add(pid, tid);
    }

    @Override
    public void fault(long address, int pid, int tid, long nanos, SampledChain chain) {
      fault(address, pid, tid, nanos);
      tally.add(Pages.vpn(address), pid, tid, chain);
    }
  }

  private static String say(List<Double> nanos) {
    double[] sorted = nanos.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    return String.format(
        Locale.ROOT,
        "%,.0f ns (median %,.0f)",
        sorted[sorted.length / 10],
        sorted[sorted.length / 2]);
  }
}
