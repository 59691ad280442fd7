package io.github.dirtyrange.linux.queue;

import io.github.dirtyrange.kernel.Cost;
import io.github.dirtyrange.kernel.CostModel;
import io.github.dirtyrange.kernel.DrainReport.Method;
import io.github.dirtyrange.kernel.FaultSamples;
import io.github.dirtyrange.kernel.PageRange;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.TrackedRanges;
import io.github.dirtyrange.linux.mm.HugePages;
import io.github.dirtyrange.linux.mm.ProcMaps;
import io.github.dirtyrange.linux.perf.FaultSampler;
import it.unimi.dsi.fastutil.longs.LongArrayList;

/**
 * Page-fault samples of a process, by perf. Besides the page of each fault it hints at one page of
 * each place where a huge page may be: {@code khugepaged} makes one without a fault, and marks all
 * of it ({@code collapse_huge_page}, mm/khugepaged.c), so that one page tells. Which places these
 * are is asked once, of the mappings that are there at the opening.
 */
public final class LinuxFaultSamples implements FaultSamples {

  /** The page that a sample tells of and its neighbours are read in the end. */
  private static final int ENTRIES_PER_HINT = 3;

  /** A hint where it is put in order. */
  private static final long HINT_BYTES = 64;

  private final FaultSampler sampler;
  private final TrackedRanges ranges;
  private final LongArrayList hugePlaces;
  private final long sampleLimit;

  private LinuxFaultSamples(
      FaultSampler sampler, TrackedRanges ranges, LongArrayList hugePlaces, long sampleLimit) {
    this.sampler = sampler;
    this.ranges = ranges;
    this.hugePlaces = hugePlaces;
    this.sampleLimit = sampleLimit;
  }

  /** Opens samples of a process, off: half of the bytes for rings, half for what is read. */
  public static LinuxFaultSamples open(
      int pid, ProcMaps maps, TrackedRanges ranges, CostModel costs, long maxBytes) {
    LongArrayList hugePlaces = hugePlaces(pid, ranges);
    long worthReading = Math.round(maps.within(ranges).pages() / entriesPerSample(costs));
    long limit = Math.min(maxBytes / 2 / HINT_BYTES, worthReading);
    FaultSampler sampler = FaultSampler.openProcess(pid, maxBytes / 2);
    return new LinuxFaultSamples(sampler, ranges, hugePlaces, limit);
  }

  /** How many pagemap entries are as dear as a sample that hints at a page of its own. */
  private static double entriesPerSample(CostModel costs) {
    return costs.ratio(Cost.SAMPLE_READ, Cost.PAGEMAP_PAGE)
        + costs.ratio(Cost.HINT_ORDER, Cost.PAGEMAP_PAGE)
        + costs.ratio(Cost.PAGEMAP_CALL, Cost.PAGEMAP_PAGE)
        + ENTRIES_PER_HINT;
  }

  /** The first page of each table where a mapping in the ranges may have huge pages. */
  private static LongArrayList hugePlaces(int pid, TrackedRanges ranges) {
    LongArrayList places = new LongArrayList();
    for (PageRange mapping : HugePages.places(pid)) {
      ranges.clip(mapping.startVpn(), mapping.endVpn(), (from, to) -> addTables(from, to, places));
    }
    return places;
  }

  private static void addTables(long startVpn, long endVpn, LongArrayList places) {
    for (long vpn = startVpn; vpn < endVpn; vpn = Pages.blockEnd(vpn)) {
      places.add(vpn);
    }
  }

  @Override
  public void enable() {
    sampler.enable();
  }

  @Override
  public void disable() {
    sampler.disable();
  }

  @Override
  public Method take(Hints hints) {
    boolean worthReading = sampler.pendingSamples() <= sampleLimit;
    if (worthReading) {
      sampler.read((address, pid, tid, nanos) -> hint(address, pid, tid, nanos, hints));
    } else {
      sampler.skip();
    }
    if (sampler.hasLost()) {
      return Method.SCAN_AFTER_LOSS;
    }
    if (!worthReading) {
      return Method.SCAN_BY_CHOICE;
    }
    hugePlaces.forEach(vpn -> hints.page(vpn, 0, 0, 0));
    return Method.QUEUE;
  }

  private void hint(long address, int pid, int tid, long nanos, Hints hints) {
    long vpn = Pages.vpn(address);
    if (ranges.find(vpn) >= 0) {
      hints.page(vpn, pid, tid, nanos);
    }
  }

  @Override
  public void skip() {
    sampler.skip();
  }

  @Override
  public long memoryBytes() {
    return sampler.memoryBytes();
  }

  @Override
  public void close() {
    sampler.close();
  }
}
