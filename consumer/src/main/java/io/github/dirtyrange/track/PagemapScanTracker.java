package io.github.dirtyrange.track;

import io.github.dirtyrange.kernel.Claims;
import io.github.dirtyrange.kernel.DrainReport;
import io.github.dirtyrange.kernel.Kernel;
import io.github.dirtyrange.kernel.Law;
import io.github.dirtyrange.kernel.PageRange;
import io.github.dirtyrange.kernel.PageRegionBuffer;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.ScanRequest;
import io.github.dirtyrange.kernel.TrackedProcess;
import io.github.dirtyrange.kernel.TrackedRanges;
import io.github.dirtyrange.kernel.Unseen;
import java.util.List;

/**
 * PAGEMAP_SCAN over every mapped page: the kernel picks the written pages and arms them again in
 * the same step, so nothing is lost while the process runs.
 */
public final class PagemapScanTracker implements ChangeTracker {

  private static final int REGIONS = 1 << 15;
  private static final int REGION_BYTES = 24;

  private final Kernel kernel;
  private final TrackedProcess process;
  private final List<PageRange> ranges;
  private final PageRegionBuffer regions = new PageRegionBuffer(REGIONS);
  private final OwedRegions owed = new OwedRegions();
  private long epoch;

  /** Tracks the ranges of a process, which it has registered for asynchronous write-protection. */
  public PagemapScanTracker(Kernel kernel, TrackedProcess process, List<PageRange> ranges) {
    this.kernel = kernel;
    this.process = process;
    this.ranges = List.copyOf(ranges);
  }

  @Override
  public String name() {
    return "pagemap-scan";
  }

  @Override
  public String mechanism() {
    return "PAGEMAP_SCAN for WRITTEN, re-armed by the same call";
  }

  @Override
  public Claims claims() {
    return Claims.always(
            Law.COMPLETE,
            Law.EXACT,
            Law.CANONICAL,
            Law.REARMED_BEFORE_REPORTED,
            Law.BOUNDED,
            Law.AGREES_WITH_SCAN,
            Law.OWED_UNTIL_DELIVERED,
            Law.NEVER_SILENT)
        .butOfFiles(Law.COMPLETE);
  }

  @Override
  public void start() {
    epoch++;
    owed.clear();
    WriteProtection.arm(process, ranges);
  }

  @Override
  public Round collect(ChangedPages changed) {
    return owed.collect(changed, () -> scan(changed));
  }

  private Round scan(ChangedPages changed) {
    long start = kernel.nanoTime();
    long inspected = 0;
    for (PageRange range : ranges) {
      takeWritten(range, changed);
      inspected += range.pages();
    }
    long nanos = kernel.nanoTime() - start;
    return new Round(++epoch, nanos, 0, inspected, DrainReport.Method.EXACT);
  }

  @Override
  public Round collectExactly(ChangedPages changed) {
    return collect(changed);
  }

  @Override
  public List<Unseen> unseen() {
    return UnseenFiles.and(
        UnarmedMemory.of(process, ranges, regions),
        UnseenFiles.of(claims(), process, TrackedRanges.of(ranges)));
  }

  @Override
  public void stop() {}

  @Override
  public long memoryBytes() {
    return (long) REGIONS * REGION_BYTES;
  }

  @Override
  public void close() {}

  private void takeWritten(PageRange range, ChangedPages changed) {
    ScanRequest request = ScanRequest.takeWritten(range.startVpn(), range.endVpn());
    long endAddress = Pages.address(range.endVpn());
    while (request.startAddress() < endAddress) {
      long walkEnd = process.scan(request, regions);
      for (int i = 0; i < regions.size(); i++) {
        changed.add(regions.startVpn(i), regions.endVpn(i));
      }
      request = request.from(walkEnd);
    }
  }
}
