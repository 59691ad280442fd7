package io.github.dirtyrange.track;

import io.github.dirtyrange.kernel.Claims;
import io.github.dirtyrange.kernel.DrainReport;
import io.github.dirtyrange.kernel.Kernel;
import io.github.dirtyrange.kernel.Law;
import io.github.dirtyrange.kernel.PageRange;
import io.github.dirtyrange.kernel.TrackedProcess;
import io.github.dirtyrange.kernel.Unseen;
import java.util.List;

/**
 * The classic: read the pagemap entry of every mapped page, pick those whose bit says changed, then
 * arm everything. What is written between the read and the arming is lost, so the process must
 * stand still meanwhile; hence no claim of L1.
 */
public final class PagemapTracker implements ChangeTracker {

  private final Kernel kernel;
  private final TrackedProcess process;
  private final MappedRanges ranges;
  private final TrackedBit tracked;
  private final PagemapWalk pagemap;
  private final OwedRegions owed = new OwedRegions();
  private long epoch;

  /** Tracks the ranges of a process by soft-dirty, or by its stand-in where there is none. */
  public PagemapTracker(Kernel kernel, TrackedProcess process, List<PageRange> ranges) {
    this.kernel = kernel;
    this.process = process;
    this.ranges = new MappedRanges(process, ranges);
    this.tracked = TrackedBit.of(kernel.capabilities());
    this.pagemap = new PagemapWalk(process, tracked);
  }

  @Override
  public String name() {
    return "pagemap";
  }

  @Override
  public String mechanism() {
    return tracked.description();
  }

  @Override
  public Claims claims() {
    return Claims.always(Law.CANONICAL, Law.BOUNDED, Law.OWED_UNTIL_DELIVERED);
  }

  @Override
  public void start() {
    epoch++;
    owed.clear();
    tracked.rearm(process, ranges.all());
  }

  @Override
  public Round collect(ChangedPages changed) {
    return owed.collect(changed, () -> read(changed));
  }

  private Round read(ChangedPages changed) {
    long start = kernel.nanoTime();
    long inspected = 0;
    for (PageRange range : ranges.now()) {
      inspected += pagemap.pick(range.startVpn(), range.endVpn(), changed);
    }
    long found = kernel.nanoTime();
    tracked.rearm(process, ranges.all());
    long end = kernel.nanoTime();
    return new Round(++epoch, end - start, end - found, inspected, DrainReport.Method.EXACT);
  }

  @Override
  public Round collectExactly(ChangedPages changed) {
    return collect(changed);
  }

  @Override
  public List<Unseen> unseen() {
    return UnseenFiles.of(claims(), process, ranges.tracked());
  }

  @Override
  public void stop() {}

  @Override
  public long memoryBytes() {
    return pagemap.memoryBytes();
  }

  @Override
  public void close() {}
}
