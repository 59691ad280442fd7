package io.github.dirtyrange.lab.calibrate;

import io.github.dirtyrange.kernel.Arming;
import io.github.dirtyrange.kernel.PageRange;
import io.github.dirtyrange.kernel.PageRegionBuffer;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.ScanRequest;
import io.github.dirtyrange.kernel.TrackedProcess;
import io.github.dirtyrange.kernel.TrackedRanges;
import io.github.dirtyrange.lab.Testbed;
import io.github.dirtyrange.lab.result.MeasuredRearm.Activity;
import io.github.dirtyrange.track.ChangedPages;
import io.github.dirtyrange.workload.PagePattern;
import io.github.dirtyrange.workload.Workload;
import io.github.dirtyrange.workload.WorkloadPlan;
import java.util.function.DoubleSupplier;

/** A process that writes pages of a pattern, armed, and is scanned whole after each round. */
final class ScannedWorkload implements AutoCloseable {

  /** Of so many pages, each is scanned by itself. */
  private static final int ALONE = 16;

  private final Stopwatch stopwatch;
  private final Workload workload;
  private final TrackedProcess process;
  private final Arming arming;
  private final PageRegionBuffer regions;
  private int round;

  /**
   * What a scan found, beyond a walk that finds nothing.
   *
   * @param tables page tables in which it armed something
   * @param nanos how much longer it took
   */
  record Found(long tables, long pages, long regions, double nanos) {}

  private ScannedWorkload(
      Stopwatch stopwatch, Workload workload, TrackedProcess process, int writtenPages) {
    this.stopwatch = stopwatch;
    this.workload = workload;
    this.process = process;
    arming = process.arm(TrackedRanges.of(workload.ranges()));
    arming.refresh();
    regions = new PageRegionBuffer(writtenPages + 1);
  }

  static ScannedWorkload start(
      Testbed testbed,
      Stopwatch stopwatch,
      long mappedPages,
      int writtenPages,
      PagePattern pattern) {
    Workload workload = testbed.start(new WorkloadPlan(mappedPages, writtenPages, pattern, 0));
    try {
      TrackedProcess process = testbed.kernel().open(workload.pid());
      try {
        return new ScannedWorkload(stopwatch, workload, process, writtenPages);
      } catch (RuntimeException e) {
        process.close();
        throw e;
      }
    } catch (RuntimeException e) {
      workload.close();
      throw e;
    }
  }

  /** Lets it write a round's pages, and scans. */
  Found round() {
    PageRange range = workload.ranges().get(0);
    writeArmed(range);
    double found = stopwatch.nanos(() -> take(range));
    long pages = 0;
    long tables = 0;
    long last = -1;
    for (int i = 0; i < regions.size(); i++) {
      long first = regions.startVpn(i) / Pages.PER_TABLE;
      long until = (regions.endVpn(i) - 1) / Pages.PER_TABLE;
      pages += regions.endVpn(i) - regions.startVpn(i);
      tables += until - first + (first == last ? 0 : 1);
      last = until;
    }
    int count = regions.size();
    double nothing = stopwatch.nanos(() -> take(range));
    return new Found(tables, pages, count, found - nothing);
  }

  private void writeArmed(PageRange range) {
    take(range);
    workload.beginRound(round);
    workload.write(round++);
  }

  /** {@return what {@link #round} took for each page, in nanoseconds} */
  double nanosAPage() {
    Found found = round();
    return found.nanos() / found.pages();
  }

  /** Lets it write a round's pages; {@return what a scan of one of them alone takes} */
  double oneByOne() {
    writeArmed(workload.ranges().get(0));
    ChangedPages written = workload.reveal();
    int calls = Math.min(ALONE, written.ranges());
    double nanos =
        stopwatch.nanos(
            () -> {
              for (int i = 0; i < calls; i++) {
                take(new PageRange(written.startVpn(i), written.startVpn(i) + 1));
              }
            });
    return nanos / calls;
  }

  /** Does so while the process does something else besides. */
  double during(Activity activity, DoubleSupplier measure) {
    if (activity == Activity.ASLEEP) {
      return measure.getAsDouble();
    }
    workload.startSpinning();
    try {
      return measure.getAsDouble();
    } finally {
      workload.stopSpinning();
    }
  }

  /** In one call: there is room for all that it may find. */
  private void take(PageRange range) {
    process.scan(ScanRequest.takeWritten(range.startVpn(), range.endVpn()), regions);
  }

  @Override
  public void close() {
    try (workload;
        process) {
      arming.close();
    }
  }
}
