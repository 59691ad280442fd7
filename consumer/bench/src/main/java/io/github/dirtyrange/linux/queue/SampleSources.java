package io.github.dirtyrange.linux.queue;

import io.github.dirtyrange.linux.perf.FaultSampler;
import io.github.dirtyrange.linux.perf.SampleSource;
import io.github.dirtyrange.linux.perf.SamplingPlan;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What sampling costs the process that is sampled, another process, and the reader, by where the
 * samples come from; and what opening costs, by the number of threads.
 *
 * <p>{@code SampleSources SOURCES [CGROUP]}, where SOURCES is the folder of faults.c, and CGROUP an
 * empty cgroup of version 2 for the process that is sampled. docs/linux-queue.md has the command
 * and what came out.
 */
public final class SampleSources {

  private static final int ROUNDS = 40;
  private static final int PAGES = 4096;
  private static final long RING_BYTES = 8L << 20;

  private SampleSources() {}

  /** What one source's rounds came to. */
  private static final class Times {
    final List<Double> ownFault = new ArrayList<>();
    final List<Double> othersFault = new ArrayList<>();
    final List<Double> ownSwitch = new ArrayList<>();
    final List<Double> othersSwitch = new ArrayList<>();
    final List<Double> foreignSample = new ArrayList<>();

    void print(String source) {
      System.out.printf(
          Locale.ROOT,
          "%-12s own fault %s  other's fault %s  own switch %s  other's switch %s  reading another's"
              + " sample %s%n",
          source,
          say(ownFault),
          say(othersFault),
          say(ownSwitch),
          say(othersSwitch),
          say(foreignSample));
    }

    private static String say(List<Double> nanos) {
      double[] sorted = nanos.stream().mapToDouble(Double::doubleValue).sorted().toArray();
      return sorted.length == 0
          ? "-"
          : String.format(
              Locale.ROOT,
              "%,.1f (median %,.1f) ns",
              sorted[sorted.length / 10],
              sorted[sorted.length / 2]);
    }
  }

  /** Prints all of it: tenth percentiles and medians of rounds in turn. */
  public static void main(String[] arguments) {
    Path sources = Path.of(arguments[0]);
    Path cgroup = arguments.length > 1 ? Path.of(arguments[1]) : null;
    try (CProgram target = CProgram.start(sources, "faults", PAGES);
        CProgram other = CProgram.start(sources, "faults", PAGES)) {
      target.answer();
      other.answer();
      enter(cgroup, target);
      measure(target, other, cgroup);
    }
    for (int threads : new int[] {1, 16, 64, 500}) {
      open(sources, threads);
    }
  }

  private static void enter(@Nullable Path cgroup, CProgram target) {
    if (cgroup == null) {
      return;
    }
    try {
      Files.writeString(cgroup.resolve("cgroup.procs"), Integer.toString(target.pid()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void measure(CProgram target, CProgram other, @Nullable Path cgroup) {
    Times none = new Times();
    Map<SampleSource, Times> times = new EnumMap<>(SampleSource.class);
    for (SampleSource source : SampleSource.values()) {
      times.put(source, new Times());
    }
    for (int round = 0; round < ROUNDS; round++) {
      run(target, other, none);
      times.forEach(
          (source, each) -> {
            if (source != SampleSource.CGROUP || cgroup != null) {
              sample(target, other, source, each);
            }
          });
    }
    none.print("nothing");
    times.forEach((source, each) -> each.print(source.name()));
  }

  private static void sample(CProgram target, CProgram other, SampleSource source, Times times) {
    SamplingPlan plan = SamplingPlan.from(source, target.pid());
    try (FaultSampler sampler = FaultSampler.openProcess(target.pid(), plan, RING_BYTES)) {
      sampler.enable();
      run(target, other, times);
      sampler.read((address, pid, tid, nanos) -> {});
      long before = sampler.othersSamples();
      other.ask("w");
      long start = System.nanoTime();
      sampler.read((address, pid, tid, nanos) -> {});
      long nanos = System.nanoTime() - start;
      long samples = sampler.othersSamples() - before;
      if (samples > PAGES / 2) {
        times.foreignSample.add((double) nanos / samples);
      }
    }
  }

  private static void run(CProgram target, CProgram other, Times times) {
    times.ownFault.add((double) target.askNumbers("w")[0]);
    times.othersFault.add((double) other.askNumbers("w")[0]);
    times.ownSwitch.add((double) target.askNumbers("p")[0]);
    times.othersSwitch.add((double) other.askNumbers("p")[0]);
  }

  private static void open(Path sources, int threads) {
    try (CProgram target = CProgram.start(sources, "faults", 1)) {
      target.answer();
      target.ask("t " + (threads - 1));
      for (SampleSource source : List.of(SampleSource.CPUS, SampleSource.THREADS)) {
        open(target, threads, source);
      }
    }
  }

  private static void open(CProgram target, int threads, SampleSource source) {
    double[] millis = new double[9];
    int descriptors = 0;
    for (int i = 0; i < millis.length; i++) {
      long start = System.nanoTime();
      SamplingPlan plan = SamplingPlan.from(source, target.pid());
      descriptors = plan.descriptors();
      try (FaultSampler sampler = FaultSampler.openProcess(target.pid(), plan, RING_BYTES)) {
        sampler.enable();
        millis[i] = (System.nanoTime() - start) / 1e6;
      }
    }
    Arrays.sort(millis);
    System.out.printf(
        Locale.ROOT,
        "%d threads, %s: %d descriptors, opened in %.2f ms (median of %d)%n",
        threads,
        source.name(),
        descriptors,
        millis[millis.length / 2],
        millis.length);
  }
}
