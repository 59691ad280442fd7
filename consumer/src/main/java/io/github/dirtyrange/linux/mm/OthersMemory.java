package io.github.dirtyrange.linux.mm;

import io.github.dirtyrange.kernel.PageRange;
import io.github.dirtyrange.kernel.Pages;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/**
 * Memory of a process that is not ours to arm: others have registered it, the process itself or who
 * tracks it by another userfaultfd. PAGEMAP_SCAN with WP_MATCHING does not ask by whom a mapping is
 * registered ({@code pagemap_scan_test_walk}, fs/proc/task_mmu.c): it would take their changes and
 * arm the pages again, and they would never know.
 *
 * <p>Immutable.
 */
final class OthersMemory {

  /** None. */
  static final OthersMemory NONE = new OthersMemory(new long[0]);

  /** Addresses at which it starts and ends in turn, ascending. */
  private final long[] bounds;

  private OthersMemory(long[] bounds) {
    this.bounds = bounds;
  }

  /** {@return what lies in some ranges, in any order, overlapping or not} */
  static OthersMemory of(Collection<PageRange> ranges) {
    List<PageRange> sorted =
        ranges.stream().sorted(Comparator.comparingLong(PageRange::startVpn)).toList();
    long[] bounds = new long[2 * sorted.size()];
    int size = 0;
    for (PageRange range : sorted) {
      long start = Pages.address(range.startVpn());
      long end = Pages.address(range.endVpn());
      if (size > 0 && start <= bounds[size - 1]) {
        bounds[size - 1] = Math.max(bounds[size - 1], end);
      } else {
        bounds[size++] = start;
        bounds[size++] = end;
      }
    }
    return size == 0 ? NONE : new OthersMemory(Arrays.copyOf(bounds, size));
  }

  /** {@return whether any of it lies between two addresses} */
  boolean isBetween(long startAddress, long endAddress) {
    return bounds.length > 0
        && startAddress < endAddress
        && (isAt(startAddress) || nextBoundary(startAddress, endAddress) < endAddress);
  }

  /** {@return the first address from one on that is not of it} */
  long skip(long address) {
    return isAt(address) ? bounds[boundsUpTo(address)] : address;
  }

  /** {@return where it begins or ends next after an address, at most the limit} */
  long nextBoundary(long address, long limit) {
    int next = boundsUpTo(address);
    return next < bounds.length ? Math.min(limit, bounds[next]) : limit;
  }

  private boolean isAt(long address) {
    return (boundsUpTo(address) & 1) != 0;
  }

  /** {@return how many bounds are at an address or before it} */
  private int boundsUpTo(long address) {
    int place = Arrays.binarySearch(bounds, address);
    return place >= 0 ? place + 1 : -place - 1;
  }
}
