package io.github.dirtyrange.lab.calibrate;

import io.github.dirtyrange.kernel.Cost;
import io.github.dirtyrange.lab.Testbed;
import io.github.dirtyrange.workload.PagePattern;
import java.util.ArrayList;
import java.util.List;

/**
 * What a scan pays for what it finds, beyond the walk: for a page table in which it arms something,
 * a page, and a region. As many pages are written at random, in runs, and one after the other, so
 * that the same pages are in ever fewer tables and regions; the three times make three equations.
 *
 * <p>All is scanned in one call right after the writes, as a strategy does it. The flush of one
 * table alone, of a process that sleeps on another CPU, would cost what waking that CPU costs; of
 * many, one after the other, the first one wakes it for all.
 */
final class ArmingProbe implements Probe, AutoCloseable {

  private static final int UNKNOWNS = 3;

  private final List<ScannedWorkload> workloads = new ArrayList<>();

  /** Starts three processes that map and write so many pages each. */
  ArmingProbe(Testbed testbed, Stopwatch stopwatch, long mappedPages, int writtenPages) {
    try {
      for (PagePattern pattern :
          List.of(PagePattern.UNIFORM, PagePattern.RUNS, PagePattern.SEQUENTIAL)) {
        workloads.add(
            ScannedWorkload.start(testbed, stopwatch, mappedPages, writtenPages, pattern));
      }
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  @Override
  public void measure(Samples samples) {
    double[][] equations = new double[UNKNOWNS][];
    for (int i = 0; i < UNKNOWNS; i++) {
      ScannedWorkload.Found found = workloads.get(i).round();
      equations[i] = new double[] {found.tables(), found.pages(), found.regions(), found.nanos()};
    }
    double[] nanos = LinearEquations.solve(equations);
    String method = "scans of all, after as many pages were written in three patterns";
    samples.add(Cost.TLB_FLUSH, nanos[0], method);
    samples.add(Cost.REARM_PAGE, nanos[1], method);
    samples.add(Cost.SCAN_REGION, nanos[2], method);
  }

  @Override
  public void close() {
    workloads.forEach(ScannedWorkload::close);
  }
}
