package io.github.dirtyrange.linux;

import io.github.dirtyrange.interval.RegionVisitor;
import io.github.dirtyrange.kernel.Categories;
import io.github.dirtyrange.kernel.Pages;
import java.util.Arrays;

/**
 * The pages that may have been written: faulting addresses inside the tracked ranges, each widened
 * to the huge page that one fault there may change. They are collected as they come, up to a limit,
 * and handed out in order and without repetition.
 *
 * <p>Nothing is kept from one drain to the next, so sorting an array once does what an interval map
 * would do page by page, at a fraction of the cost.
 */
final class HintedPages implements FaultSink {

  /*
   * A run of pages is one long: its first page in the high bits, its length less one in the low 18,
   * which is a huge page of 1 GiB. Page numbers of 57-bit addresses take 45 bits. Runs sort as
   * longs do.
   */
  private static final int LENGTH_BITS = 18;
  private static final long MAX_LENGTH = 1L << LENGTH_BITS;
  private static final int FIRST_CAPACITY = 1024;

  private final TrackedRanges ranges;
  private final int limit;
  private long[] runs;
  private int count;
  private boolean overflown;
  // The run that is being extended and is not yet in the array; none at first.
  private long runStart;
  private long runEnd;

  /** Collects up to {@code limit} runs. */
  HintedPages(TrackedRanges ranges, int limit) {
    this.ranges = ranges;
    this.limit = limit;
    this.runs = new long[Math.min(limit, FIRST_CAPACITY)];
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

  /** Adds pages that are to be looked at, at most 2<sup>18</sup>. */
  void add(long startVpn, long endVpn) {
    if (startVpn == runEnd && endVpn - runStart <= MAX_LENGTH) {
      runEnd = endVpn;
      return;
    }
    closeRun();
    runStart = startVpn;
    runEnd = endVpn;
  }

  /** {@return whether more runs came than the limit allows: those beyond it are forgotten} */
  boolean overflown() {
    return overflown;
  }

  /**
   * Hands out all pages as regions in ascending order, joined where they touch, and forgets them.
   */
  void drain(RegionVisitor visitor) {
    closeRun();
    Arrays.sort(runs, 0, count);
    long start = 0;
    long end = 0;
    for (int i = 0; i < count; i++) {
      long nextStart = runs[i] >>> LENGTH_BITS;
      long nextEnd = nextStart + (runs[i] & MAX_LENGTH - 1) + 1;
      if (nextStart > end) {
        visit(start, end, visitor);
        start = nextStart;
      }
      end = Math.max(end, nextEnd);
    }
    visit(start, end, visitor);
    clear();
  }

  /** Forgets all pages. */
  void clear() {
    count = 0;
    overflown = false;
    runStart = 0;
    runEnd = 0;
  }

  /** {@return the memory that the pages take, in bytes} */
  long memoryBytes() {
    return (long) runs.length * Long.BYTES;
  }

  private static void visit(long startVpn, long endVpn, RegionVisitor visitor) {
    if (endVpn > startVpn) {
      visitor.visit(startVpn, endVpn, Categories.WRITTEN);
    }
  }

  private void closeRun() {
    if (runEnd == runStart) {
      return;
    }
    if (count == limit) {
      overflown = true;
      return;
    }
    if (count == runs.length) {
      runs = Arrays.copyOf(runs, (int) Math.min(limit, 2L * count));
    }
    runs[count++] = runStart << LENGTH_BITS | runEnd - runStart - 1;
  }
}
