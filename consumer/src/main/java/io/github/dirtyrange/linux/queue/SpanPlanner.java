package io.github.dirtyrange.linux.queue;

import io.github.dirtyrange.interval.RegionVisitor;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.TrackedRanges;
import it.unimi.dsi.fastutil.longs.LongArrayList;

/**
 * The spans of pages to scan, one call each, for hinted regions that are visited in order.
 *
 * <p>Two neighbouring regions share a span when walking the gap between them is no dearer than
 * another call, and always when one page table holds the end of the one and the start of the other:
 * every call that re-arms pages of a table flushes the TLBs for it. A span never leaves a tracked
 * range, since it would re-arm pages that are not ours.
 */
final class SpanPlanner implements RegionVisitor {

  /**
   * The kernel finds each mapping, and goes down to its page table, anew ({@code walk_page_range}):
   * about half a microsecond, of which a page is some two nanoseconds.
   */
  private static final long PIECE_PAGES = 256;

  private final TrackedRanges ranges;
  private final LongArrayList starts = new LongArrayList();
  private final LongArrayList ends = new LongArrayList();

  /** The number of each span's first hinted region, and the bounds of all of these, in pairs. */
  private final LongArrayList firstHints = new LongArrayList();

  private final LongArrayList hints = new LongArrayList();
  private TrackedRanges mapped;
  private long gapPages;
  private long rangeEnd;
  private long pages;

  SpanPlanner(TrackedRanges ranges) {
    this.ranges = ranges;
    mapped = ranges;
  }

  /** Forgets all spans, and joins over gaps of up to that many pages, all mapped, from now on. */
  void restart(long newGapPages) {
    restart(newGapPages, ranges);
  }

  /**
   * Forgets all spans, and joins over gaps that are no dearer to walk than so many pages from now
   * on.
   *
   * @param newMapped what is mapped: each piece of it that begins in a gap costs besides its pages
   */
  void restart(long newGapPages, TrackedRanges newMapped) {
    mapped = newMapped;
    starts.clear();
    ends.clear();
    firstHints.clear();
    hints.clear();
    gapPages = newGapPages;
    rangeEnd = 0;
    pages = 0;
  }

  /** Takes the next region, which lies in one tracked range or in touching ones. */
  @Override
  public void visit(long startVpn, long endVpn, long mask) {
    for (long start = startVpn; start < endVpn; ) {
      if (start >= rangeEnd) {
        rangeEnd = ranges.endVpn(ranges.find(start));
        open(start);
      } else if (!joins(start)) {
        open(start);
      }
      long end = Math.min(endVpn, rangeEnd);
      extend(start, end);
      start = end;
    }
  }

  private boolean joins(long startVpn) {
    long lastEnd = ends.getLong(ends.size() - 1);
    return startVpn / Pages.PER_TABLE == (lastEnd - 1) / Pages.PER_TABLE
        || startVpn - lastEnd + piecesPages(lastEnd, startVpn) <= gapPages;
  }

  /** What the pieces that a gap crosses cost, in pages. */
  private long piecesPages(long lastEnd, long startVpn) {
    if (mapped.count() == 1 || startVpn - lastEnd > gapPages) {
      return 0;
    }
    int pieces = mapped.firstEndingAfter(startVpn) - mapped.firstEndingAfter(lastEnd - 1);
    return (long) pieces * PIECE_PAGES;
  }

  private void open(long startVpn) {
    starts.add(startVpn);
    ends.add(startVpn);
    firstHints.add(hints.size() / 2);
  }

  private void extend(long startVpn, long endVpn) {
    int last = ends.size() - 1;
    pages += endVpn - ends.getLong(last);
    ends.set(last, endVpn);
    hints.add(startVpn);
    hints.add(endVpn);
  }

  /** {@return the number of spans} */
  int count() {
    return starts.size();
  }

  /** {@return the number of pages in all spans} */
  long pages() {
    return pages;
  }

  /** {@return the first page of a span} */
  long startVpn(int span) {
    return starts.getLong(span);
  }

  /** {@return the page after the last of a span} */
  long endVpn(int span) {
    return ends.getLong(span);
  }

  /** {@return how many hinted regions a span holds} */
  int regions(int span) {
    return endHint(span) - firstHint(span);
  }

  /** {@return how many pages of a region were hinted, as a part of a span} */
  long hintedPages(int span, long startVpn, long endVpn) {
    long hinted = 0;
    int end = endHint(span);
    for (int hint = firstEndingAfter(startVpn, span); hint < end; hint++) {
      long from = Math.max(startVpn, hints.getLong(2 * hint));
      long to = Math.min(endVpn, hints.getLong(2 * hint + 1));
      if (from >= to) {
        break;
      }
      hinted += to - from;
    }
    return hinted;
  }

  private int firstEndingAfter(long vpn, int span) {
    int low = firstHint(span);
    int high = endHint(span);
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (hints.getLong(2 * middle + 1) > vpn) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return low;
  }

  private int firstHint(int span) {
    return (int) firstHints.getLong(span);
  }

  private int endHint(int span) {
    return span + 1 < count() ? firstHint(span + 1) : hints.size() / 2;
  }

  /** {@return the memory that the spans take, in bytes} */
  long memoryBytes() {
    long longs =
        (long) starts.elements().length
            + ends.elements().length
            + firstHints.elements().length
            + hints.elements().length;
    return longs * Long.BYTES;
  }
}
