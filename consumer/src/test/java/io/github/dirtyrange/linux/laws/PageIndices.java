package io.github.dirtyrange.linux.laws;

import io.github.dirtyrange.kernel.PageRange;
import java.util.List;
import java.util.function.IntConsumer;

/** Numbers the pages of some ranges from 0, so that what is known of them fits in arrays. */
final class PageIndices {

  private final List<PageRange> ranges;
  private final int count;

  /** Takes ranges in ascending order. */
  PageIndices(List<PageRange> ranges) {
    this.ranges = List.copyOf(ranges);
    count = Math.toIntExact(ranges.stream().mapToLong(PageRange::pages).sum());
  }

  List<PageRange> ranges() {
    return ranges;
  }

  int count() {
    return count;
  }

  /** {@return the number of the page with an index} */
  long vpn(int index) {
    int left = index;
    for (PageRange range : ranges) {
      if (left < range.pages()) {
        return range.startVpn() + left;
      }
      left -= (int) range.pages();
    }
    throw new IndexOutOfBoundsException(index);
  }

  /** Visits the indices of those pages that are between two. */
  void forEach(long startVpn, long endVpn, IntConsumer visitor) {
    int first = 0;
    for (PageRange range : ranges) {
      long end = Math.min(endVpn, range.endVpn());
      for (long vpn = Math.max(startVpn, range.startVpn()); vpn < end; vpn++) {
        visitor.accept(first + (int) (vpn - range.startVpn()));
      }
      first += (int) range.pages();
    }
  }
}
