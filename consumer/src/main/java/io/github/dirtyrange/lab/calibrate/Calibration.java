package io.github.dirtyrange.lab.calibrate;

import io.github.dirtyrange.kernel.Arming;
import io.github.dirtyrange.kernel.Capability;
import io.github.dirtyrange.kernel.Kernel;
import io.github.dirtyrange.kernel.PageRange;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.TrackedProcess;
import io.github.dirtyrange.kernel.TrackedRanges;
import io.github.dirtyrange.lab.Testbed;
import io.github.dirtyrange.lab.result.CalibrationResult;
import io.github.dirtyrange.lab.result.MeasuredRearm;
import io.github.dirtyrange.lab.result.MeasuredRearm.Activity;
import io.github.dirtyrange.lab.result.MeasuredWalk;
import io.github.dirtyrange.workload.PagePattern;
import io.github.dirtyrange.workload.Workload;
import io.github.dirtyrange.workload.WorkloadPlan;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Measures what steps cost on a kernel, on a workload that stands still between its writes. All
 * steps are measured once, then all again, and so on: what a machine does besides is spread over
 * all of them, and the medians leave it out.
 */
public final class Calibration {

  /** Less would be over before a page's cost shows beside a call's. */
  public static final long LEAST_MAPPED_PAGES = 4L * Pages.PER_TABLE;

  /** Two page tables' pages hold one table whole, wherever they begin. */
  private static final int WRITTEN_PAGES = 2 * Pages.PER_TABLE;

  /** 128 MiB for each of the processes whose scans find something. */
  private static final long MOST_SCANNED_PAGES = 1L << 15;

  /** A page in so many is written there: at random, some in every table. */
  private static final int SCANNED_OF_WRITTEN = 16;

  private static final int WARMUP = 20;

  private final Testbed testbed;
  private final long mappedPages;
  private final int repetitions;

  /**
   * Calibrates on a kernel.
   *
   * @param mappedPages about what the workload maps, at least {@link #LEAST_MAPPED_PAGES}
   * @param repetitions how often each step is measured, at least 1; 20 more come before and do not
   *     count
   */
  public Calibration(Testbed testbed, long mappedPages, int repetitions) {
    if (mappedPages < LEAST_MAPPED_PAGES || repetitions < 1) {
      throw new IllegalArgumentException(mappedPages + " pages, " + repetitions + " repetitions");
    }
    this.testbed = testbed;
    // A round that goes on at the beginning would hold no table whole.
    this.mappedPages = mappedPages - mappedPages % WRITTEN_PAGES;
    this.repetitions = repetitions;
  }

  /**
   * Measures the steps that can be measured on this kernel.
   *
   * @param progress is told in a few words what is being measured
   */
  public CalibrationResult run(Consumer<String> progress) {
    Kernel kernel = testbed.kernel();
    WorkloadPlan plan = new WorkloadPlan(mappedPages, WRITTEN_PAGES, PagePattern.SEQUENTIAL, 0);
    try (Workload workload = testbed.start(plan);
        TrackedProcess process = kernel.open(workload.pid())) {
      Samples samples = measure(kernel, workload, process, progress);
      return new CalibrationResult(
          kernel.name(),
          kernel.release(),
          mappedPages,
          repetitions,
          samples.medians(),
          walks(kernel, progress),
          rearms(kernel, progress));
    }
  }

  private List<MeasuredWalk> walks(Kernel kernel, Consumer<String> progress) {
    if (!scansArmed(kernel)) {
      return List.of();
    }
    progress.accept("walks over each class of pages");
    return PageWalks.measure(testbed, new Stopwatch(kernel), repetitions);
  }

  /** In virtual time nobody sleeps or runs. */
  private List<MeasuredRearm> rearms(Kernel kernel, Consumer<String> progress) {
    if (!scansArmed(kernel) || kernel.cpuNanos().isEmpty()) {
      return List.of();
    }
    progress.accept("arming again, asleep and running");
    // On one processor nobody runs while we do.
    List<Activity> activities =
        Runtime.getRuntime().availableProcessors() < 2
            ? List.of(Activity.ASLEEP)
            : List.of(Activity.values());
    return Rearms.measure(testbed, new Stopwatch(kernel), activities, repetitions);
  }

  private static boolean scansArmed(Kernel kernel) {
    return kernel.capabilities().has(Capability.WP_ASYNC)
        && kernel.capabilities().has(Capability.PAGEMAP_SCAN);
  }

  private Samples measure(
      Kernel kernel, Workload workload, TrackedProcess process, Consumer<String> progress) {
    Stopwatch stopwatch = new Stopwatch(kernel);
    PageRange range = workload.ranges().get(0);
    List<Probe> probes = new ArrayList<>();
    probes.add(new ReadingProbe(stopwatch, process, range));
    probes.add(new FirstTouchProbe(workload));
    if (kernel.cpuNanos().isPresent()) {
      probes.add(new MapProbe());
    }
    if (!kernel.capabilities().has(Capability.WP_ASYNC)) {
      return measure(probes, progress);
    }
    try (Arming armed = process.arm(TrackedRanges.of(workload.ranges()))) {
      armed.refresh();
      probes.add(new WritingProbe(stopwatch, process, workload, range));
      return measureArmed(probes, kernel, workload, process, stopwatch, progress);
    }
  }

  private Samples measureArmed(
      List<Probe> probes,
      Kernel kernel,
      Workload workload,
      TrackedProcess process,
      Stopwatch stopwatch,
      Consumer<String> progress) {
    long pages = Math.min(mappedPages, MOST_SCANNED_PAGES);
    try (ArmingProbe arming =
        new ArmingProbe(testbed, stopwatch, pages, (int) (pages / SCANNED_OF_WRITTEN))) {
      probes.add(arming);
      if (!samples(kernel)) {
        return measure(probes, progress);
      }
      try (SampleProbe sampled = new SampleProbe(process, workload)) {
        probes.add(sampled);
        return measure(probes, progress);
      }
    }
  }

  /** {@return whether the kernel has a queue that goes by samples, in real time} */
  private static boolean samples(Kernel kernel) {
    return kernel.capabilities().has(Capability.CHANGE_QUEUE) && kernel.cpuNanos().isPresent();
  }

  private Samples measure(List<Probe> probes, Consumer<String> progress) {
    repeat(probes, WARMUP, new Samples(), done -> {});
    Samples samples = new Samples();
    repeat(probes, repetitions, samples, progress);
    return samples;
  }

  private static void repeat(
      List<Probe> probes, int times, Samples samples, Consumer<String> progress) {
    for (int done = 0; done < times; done++) {
      progress.accept("steps, " + (done + 1) + " of " + times);
      probes.forEach(probe -> probe.measure(samples));
    }
  }
}
