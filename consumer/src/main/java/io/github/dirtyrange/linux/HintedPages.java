package io.github.dirtyrange.linux;

import io.github.dirtyrange.interval.PageIntervalMap;
import io.github.dirtyrange.interval.RegionVisitor;
import io.github.dirtyrange.kernel.Categories;
import io.github.dirtyrange.kernel.Pages;

/**
 * The pages that may have been written: faulting addresses inside the tracked ranges, each widened
 * to the huge page that one fault there may change, in order and without repetition.
 */
final class HintedPages implements FaultSink {

  private final TrackedRanges ranges;
  private final PageIntervalMap hints = PageIntervalMap.create();
  // The run of pages that is being extended and is not yet in the map.
  private long runStart;
  private long runEnd;

  HintedPages(TrackedRanges ranges) {
    this.ranges = ranges;
  }

  @Override
  public void fault(long address) {
    long vpn = Pages.vpn(address);
    if (vpn >= runStart && vpn < runEnd) {
      return;
    }
    int range = ranges.find(vpn);
    if (range >= 0) {
      add(ranges.faultStart(range, vpn), ranges.faultEnd(range, vpn));
    }
  }

  /** Adds pages of one range that are to be looked at though no fault was sampled. */
  void add(long startVpn, long endVpn) {
    if (startVpn == runEnd) {
      runEnd = endVpn;
      return;
    }
    flush();
    runStart = startVpn;
    runEnd = endVpn;
  }

  /** Hands out all pages as regions in ascending order and forgets them. */
  void drain(RegionVisitor visitor) {
    flush();
    hints.drain(visitor);
  }

  /** Forgets all pages. */
  void clear() {
    runStart = 0;
    runEnd = 0;
    hints.clear();
  }

  /** {@return the memory that the pages take, in bytes} */
  long memoryBytes() {
    return hints.memoryBytes();
  }

  private void flush() {
    if (runEnd > runStart) {
      hints.add(runStart, runEnd, Categories.WRITTEN);
    }
    runStart = 0;
    runEnd = 0;
  }
}
