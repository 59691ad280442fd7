package io.github.dirtyrange.track;

import io.github.dirtyrange.kernel.Claims;
import io.github.dirtyrange.kernel.DrainReport;
import io.github.dirtyrange.kernel.Kernel;
import io.github.dirtyrange.kernel.PageRange;
import io.github.dirtyrange.kernel.TrackedProcess;
import io.github.dirtyrange.kernel.TrackedRanges;
import io.github.dirtyrange.kernel.Unseen;
import java.util.List;

/**
 * PAGEMAP_SCAN over every mapped page: the kernel picks the written pages and arms them again in
 * the same step, so nothing is lost while the process runs.
 */
public final class PagemapScanTracker implements ChangeTracker {

  private final Kernel kernel;
  private final TrackedProcess process;
  private final List<PageRange> ranges;
  private final WrittenScan written;
  private final OwedRegions owed = new OwedRegions();
  private long epoch;

  /** Tracks the ranges of a process, which it has registered for asynchronous write-protection. */
  public PagemapScanTracker(Kernel kernel, TrackedProcess process, List<PageRange> ranges) {
    this.kernel = kernel;
    this.process = process;
    this.ranges = List.copyOf(ranges);
    this.written = new WrittenScan(process, this.ranges);
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
    return WrittenScan.CLAIMS;
  }

  @Override
  public void start() {
    epoch++;
    owed.clear();
    written.start();
  }

  @Override
  public Round collect(ChangedPages changed) {
    return owed.collect(changed, () -> scan(changed));
  }

  private Round scan(ChangedPages changed) {
    long start = kernel.nanoTime();
    long inspected = written.takeInto(changed);
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
        UnarmedMemory.of(process, ranges, written.regions()),
        UnseenFiles.of(claims(), process, TrackedRanges.of(ranges)));
  }

  @Override
  public void stop() {}

  @Override
  public long memoryBytes() {
    return written.memoryBytes();
  }

  @Override
  public void close() {}
}
