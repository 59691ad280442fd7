package io.github.dirtyrange.conform;

import io.github.dirtyrange.kernel.Categories;
import io.github.dirtyrange.kernel.ChangeQueue;
import io.github.dirtyrange.kernel.PageRange;
import java.util.Arrays;
import java.util.List;

/** What one drain said of each page of some ranges. */
final class DrainedPages {

  private final List<PageRange> ranges;
  private final long[] changed;
  private final long[] now;

  DrainedPages(List<PageRange> ranges) {
    this.ranges = List.copyOf(ranges);
    int pages = (int) ranges.stream().mapToLong(PageRange::pages).sum();
    changed = new long[pages];
    now = new long[pages];
  }

  /** Drains a queue; {@return the drain's number} */
  long drain(ChangeQueue queue) {
    Arrays.fill(changed, 0);
    Arrays.fill(now, 0);
    return queue.drain(this::add).epoch();
  }

  private void add(long startVpn, long endVpn, long transitions, long state) {
    int first = 0;
    for (PageRange range : ranges) {
      long from = Math.max(startVpn, range.startVpn());
      long to = Math.min(endVpn, range.endVpn());
      for (long vpn = from; vpn < to; vpn++) {
        int page = first + (int) (vpn - range.startVpn());
        changed[page] = transitions;
        now[page] = state;
      }
      first += (int) range.pages();
    }
  }

  /** {@return what it said changed of a page, counted through all ranges; 0 if nothing} */
  long changed(int page) {
    return changed[page];
  }

  /** {@return the categories of those asked for that held then} */
  long now(int page) {
    return now[page] & Drains.TOLD;
  }

  int pages() {
    return changed.length;
  }

  /** {@return the number of a page that is counted through all ranges} */
  long vpn(int page) {
    long rest = page;
    for (PageRange range : ranges) {
      if (rest < range.pages()) {
        return range.startVpn() + rest;
      }
      rest -= range.pages();
    }
    throw new IndexOutOfBoundsException(page);
  }

  /** {@return for people: what it said of a page} */
  String text(int page) {
    return changed[page] == 0
        ? "nothing"
        : Categories.toString(changed[page]) + ", now " + Categories.toString(now(page));
  }
}
