package io.github.dirtyrange.track;

import io.github.dirtyrange.kernel.Claims;
import io.github.dirtyrange.kernel.Cost;
import io.github.dirtyrange.kernel.DrainReport;
import io.github.dirtyrange.kernel.Kernel;
import io.github.dirtyrange.kernel.Law;
import io.github.dirtyrange.kernel.PageRange;
import io.github.dirtyrange.kernel.PageRegionBuffer;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.ScanRequest;
import io.github.dirtyrange.kernel.TrackedProcess;
import io.github.dirtyrange.kernel.Unseen;
import java.util.List;

/**
 * The floor: it is told which pages changed and only arms them again, so its time is what no way of
 * finding them can beat on this kernel.
 */
public final class PerfectTracker implements ChangeTracker {

  private static final int REGIONS = 1 << 12;

  private final Kernel kernel;
  private final TrackedProcess process;
  private final List<PageRange> ranges;

  /** Pages that are no dearer to walk over than a call is to make: calls join across gaps. */
  private final long gapPages;

  private final PageRegionBuffer regions = new PageRegionBuffer(REGIONS);
  private final ChangedPages told = new ChangedPages();
  private long epoch;

  /** Arms the ranges of a process, which it has registered for asynchronous write-protection. */
  public PerfectTracker(Kernel kernel, TrackedProcess process, List<PageRange> ranges) {
    this.kernel = kernel;
    this.process = process;
    this.ranges = List.copyOf(ranges);
    this.gapPages = (long) kernel.costs().ratio(Cost.SCAN_CALL, Cost.SCAN_PAGE);
  }

  /** Says which pages changed; the next round reports just those. */
  public void tell(ChangedPages changed) {
    told.clear();
    told.addAll(changed);
  }

  @Override
  public String name() {
    return "perfect";
  }

  @Override
  public String mechanism() {
    return "told the pages, re-arms them: the floor";
  }

  @Override
  public Claims claims() {
    return Claims.always(Law.values());
  }

  @Override
  public void start() {
    epoch++;
    told.clear();
    WriteProtection.arm(process, ranges);
  }

  @Override
  public Round collect(ChangedPages changed) {
    changed.clear();
    long start = kernel.nanoTime();
    rearmTold();
    long nanos = kernel.nanoTime() - start;
    changed.addAll(told);
    return new Round(++epoch, nanos, nanos, told.pages(), DrainReport.Method.EXACT);
  }

  @Override
  public Round collectExactly(ChangedPages changed) {
    return collect(changed);
  }

  @Override
  public List<Unseen> unseen() {
    return List.of();
  }

  @Override
  public void stop() {}

  @Override
  public long memoryBytes() {
    return 0;
  }

  @Override
  public void close() {}

  private void rearmTold() {
    int range = 0;
    while (range < told.ranges()) {
      long startVpn = told.startVpn(range);
      long endVpn = told.endVpn(range);
      range++;
      while (range < told.ranges() && told.startVpn(range) - endVpn <= gapPages) {
        endVpn = told.endVpn(range);
        range++;
      }
      rearm(startVpn, endVpn);
    }
  }

  /** By the call that the strategies re-arm with, so that the floor is theirs. */
  private void rearm(long startVpn, long endVpn) {
    ScanRequest request = ScanRequest.takeWritten(startVpn, endVpn);
    long endAddress = Pages.address(endVpn);
    while (request.startAddress() < endAddress) {
      request = request.from(process.scan(request, regions));
    }
  }
}
