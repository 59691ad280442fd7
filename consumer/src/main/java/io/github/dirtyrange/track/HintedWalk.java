package io.github.dirtyrange.track;

import io.github.dirtyrange.interval.RegionVisitor;
import io.github.dirtyrange.kernel.Cost;
import io.github.dirtyrange.kernel.CostModel;
import io.github.dirtyrange.kernel.PageRange;
import java.util.List;

/**
 * Reads the pagemap entries of hinted pages, which are visited in ascending order, and picks the
 * changed ones.
 *
 * <p>A fault may change more than was hinted: all pages of a huge page or of a large folio, all of
 * a mapping that is new. They follow one another, so wherever changed pages reach the border of
 * what was read, reading goes on there until an unchanged page ends them.
 */
final class HintedWalk implements RegionVisitor {

  /** The pages on each side of a gap, which are read whether it is walked over or not. */
  private static final long NEIGHBOURS = 2;

  /** How far reading goes on at a time, beyond what was hinted. */
  private static final long STEP_PAGES = 512;

  private final List<PageRange> ranges;
  private final PagemapWalk pagemap;
  private final long gapPages;
  private ChangedPages changed = new ChangedPages();
  private int range;
  private long startVpn;
  private long endVpn;
  private long decidedVpn;
  private long inspected;

  /** Walks in ranges that are ascending and disjoint; what is outside them is passed over. */
  HintedWalk(List<PageRange> ranges, PagemapWalk pagemap, CostModel costs) {
    this.ranges = ranges;
    this.pagemap = pagemap;
    this.gapPages = NEIGHBOURS + (long) costs.ratio(Cost.PAGEMAP_CALL, Cost.PAGEMAP_PAGE);
  }

  /** Begins a walk that appends the changed pages to a list. */
  void begin(ChangedPages into) {
    changed = into;
    range = 0;
    startVpn = 0;
    endVpn = 0;
    decidedVpn = 0;
    inspected = 0;
  }

  /** Ends the walk; {@return how many pages were looked at} */
  long end() {
    readPending();
    return inspected;
  }

  @Override
  public void visit(long fromVpn, long toVpn, long mask) {
    long from = fromVpn;
    while (from < toVpn && range < ranges.size()) {
      PageRange tracked = ranges.get(range);
      if (from >= tracked.endVpn()) {
        readPending();
        range++;
        continue;
      }
      long to = Math.min(toVpn, tracked.endVpn());
      from = Math.max(from, tracked.startVpn());
      if (from < to) {
        take(from, to);
      }
      from = Math.max(from, to);
    }
  }

  /** Takes the next hint of the present range, together with the last where they are near. */
  private void take(long from, long to) {
    if (endVpn == startVpn || from - endVpn > gapPages) {
      readPending();
      startVpn = from;
    }
    endVpn = to;
  }

  private void readPending() {
    if (startVpn < endVpn && decidedVpn < endVpn) {
      PageRange tracked = ranges.get(range);
      read(Math.max(tracked.startVpn(), decidedVpn), tracked.endVpn());
    }
    startVpn = endVpn;
  }

  /** Reads what is hinted and a page on each side, and goes on while that page is changed. */
  private void read(long lowest, long highest) {
    long vpn = Math.max(lowest, startVpn - 1);
    long wanted = Math.min(endVpn + 1, highest);
    boolean any = pagemap.load(vpn, wanted);
    while (any && vpn > lowest && pagemap.isChanged(vpn)) {
      vpn = Math.max(lowest, vpn - STEP_PAGES);
      any = pagemap.load(vpn, wanted);
    }
    while (any) {
      pagemap.pickLoaded(changed);
      inspected += pagemap.loadedEnd() - vpn;
      vpn = pagemap.loadedEnd();
      if (vpn == wanted && pagemap.isChanged(vpn - 1)) {
        wanted = Math.min(vpn + STEP_PAGES, highest);
      }
      any = vpn < wanted && pagemap.load(vpn, wanted);
    }
    decidedVpn = vpn;
  }
}
