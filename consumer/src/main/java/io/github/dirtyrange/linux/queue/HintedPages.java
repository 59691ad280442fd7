package io.github.dirtyrange.linux.queue;

import io.github.dirtyrange.interval.PageIntervalMap;
import io.github.dirtyrange.interval.RegionVisitor;
import io.github.dirtyrange.interval.staged.IntervalMaps;
import io.github.dirtyrange.kernel.Categories;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.TrackedRanges;
import io.github.dirtyrange.linux.perf.FaultSink;
import io.github.dirtyrange.linux.perf.SampledChain;

/**
 * The pages that may have been written: faulting addresses inside the tracked ranges. They are
 * collected in an interval map, up to a limit, and handed out in order and without repetition.
 */
final class HintedPages implements FaultSink {

  private static final long HINTED = Categories.WRITTEN;

  private final TrackedRanges ranges;
  private final ThreadTally threads;
  private final StackTally stacks;
  private long limit;
  private final PageIntervalMap map = IntervalMaps.create();
  private long runs;
  private long lastStart;
  private long lastEnd;

  /** Collects what is inside ranges, and counts by thread how often it was told of that. */
  HintedPages(TrackedRanges ranges, ThreadTally threads) {
    this(ranges, threads, StackTally.unwanted());
  }

  /** As that, and counts by call chain, too. */
  HintedPages(TrackedRanges ranges, ThreadTally threads, StackTally stacks) {
    this.ranges = ranges;
    this.threads = threads;
    this.stacks = stacks;
  }

  @Override
  public void fault(long address, int pid, int tid, long nanos) {
    long vpn = Pages.vpn(address);
    if (vpn >= lastStart && vpn < lastEnd) {
      threads.add(pid, tid);
      return;
    }
    if (ranges.find(vpn) >= 0) {
      threads.add(pid, tid);
      add(vpn, vpn + 1);
    }
  }

  @Override
  public void fault(long address, int pid, int tid, long nanos, SampledChain chain) {
    fault(address, pid, tid, nanos);
    long vpn = Pages.vpn(address);
    if (ranges.find(vpn) >= 0) {
      stacks.add(vpn, pid, tid, chain);
    }
  }

  @Override
  public void hint(long address) {
    long vpn = Pages.vpn(address);
    if ((vpn < lastStart || vpn >= lastEnd) && ranges.find(vpn) >= 0) {
      add(vpn, vpn + 1);
    }
  }

  @Override
  public void hints(long start, long end) {
    ranges.clip(Pages.vpn(start), Pages.vpn(end + Pages.SIZE - 1), this::add);
  }

  /** Adds pages that are to be looked at. */
  void add(long startVpn, long endVpn) {
    if (startVpn != lastEnd) {
      runs++;
    }
    lastStart = startVpn;
    lastEnd = endVpn;
    if (runs > limit) {
      return;
    }
    if (endVpn - startVpn == 1) {
      map.add(startVpn, HINTED);
    } else {
      map.add(startVpn, endVpn, HINTED);
    }
  }

  /** Adds pages that are to be looked at, however many there are already. */
  void addAnyhow(long startVpn, long endVpn) {
    map.add(startVpn, endVpn, HINTED);
  }

  /** {@return whether more came than the limit allows: what is beyond it is forgotten} */
  boolean overflown() {
    return runs > limit;
  }

  /**
   * Hands out all pages as regions in ascending order, joined where they touch, and forgets them.
   */
  void drain(RegionVisitor visitor) {
    map.drain(visitor);
    forgetRuns();
  }

  /** Forgets all pages, and collects up to so many runs of pages that follow one another. */
  void restart(long newLimit) {
    limit = newLimit;
    // Clearing gives back memory that the next drain needs, so it is not done for nothing.
    if (!map.isEmpty()) {
      map.clear();
    }
    forgetRuns();
  }

  private void forgetRuns() {
    runs = 0;
    lastStart = 0;
    lastEnd = 0;
  }

  /** {@return the memory that the pages take, in bytes} */
  long memoryBytes() {
    return map.memoryBytes();
  }
}
