package io.github.dirtyrange.kernel.sim.queue;

import io.github.dirtyrange.interval.MaskedRange;
import io.github.dirtyrange.interval.PageIntervalMap;
import io.github.dirtyrange.interval.RegionVisitor;
import org.jspecify.annotations.Nullable;

/**
 * A walk through one generation of {@link DirtyTablesQueue}, which is not recorded any more: its
 * tables and its ranges, put together page by page.
 */
final class GenerationWalk implements TakenInPlace {

  private static final long NONE = Long.MAX_VALUE;

  private final DirtyTables tables;
  private final PageIntervalMap ranges;
  private final int generation;
  private long entries;

  /** The next pages with one mask of the tables; both ends {@link #NONE} if there are none. */
  private long tableStart;

  private long tableEnd;
  private long tableMask;

  /** The lowest table that these are in, and what the tables above say of all its pages. */
  private @Nullable DirtyTable lowest;

  private long above;

  /** The next region of the ranges. */
  private long rangeStart;

  private long rangeEnd;
  private long rangeMask;

  /** The next pages with one mask of both. */
  private long startVpn;

  private long endVpn;
  private long mask;

  GenerationWalk(DirtyTables tables, PageIntervalMap ranges, int generation, long fromVpn) {
    this.tables = tables;
    this.ranges = ranges;
    this.generation = generation;
    goBackTo(fromVpn);
  }

  @Override
  public void goBackTo(long vpn) {
    lowest = null;
    tableEnd = 0;
    rangeEnd = 0;
    read(vpn);
  }

  @Override
  public boolean isAtEnd() {
    return startVpn == NONE;
  }

  @Override
  public long next(RegionVisitor visitor) {
    long before = entries;
    for (int i = 0; i < MOST_REGIONS && !isAtEnd(); i++) {
      showNext(visitor);
    }
    return entries - before;
  }

  @Override
  public void forEachLeft(RegionVisitor visitor) {
    if (isAtEnd()) {
      return;
    }
    GenerationWalk left = new GenerationWalk(tables, ranges, generation, startVpn);
    while (!left.isAtEnd()) {
      left.showNext(visitor);
    }
  }

  /** Shows a region as long as it can be. */
  private void showNext(RegionVisitor visitor) {
    long start = startVpn;
    long end = endVpn;
    long changed = mask;
    read(end);
    while (startVpn == end && mask == changed) {
      end = endVpn;
      read(end);
    }
    visitor.visit(start, end, changed);
  }

  private void read(long from) {
    if (tableEnd <= from) {
      findInTables(from);
    }
    if (rangeEnd <= from) {
      findInRanges(from);
    }
    long inTables = Math.max(from, tableStart);
    long inRanges = Math.max(from, rangeStart);
    startVpn = Math.min(inTables, inRanges);
    boolean ofTables = inTables == startVpn;
    boolean ofRanges = inRanges == startVpn;
    mask = (ofTables ? tableMask : 0) | (ofRanges ? rangeMask : 0);
    endVpn = Math.min(ofTables ? tableEnd : inTables, ofRanges ? rangeEnd : inRanges);
  }

  private void findInRanges(long from) {
    MaskedRange found = from >= PageIntervalMap.MAX_VPN ? null : ranges.firstAtOrAfter(from);
    entries++;
    rangeStart = found == null ? NONE : found.startVpn();
    rangeEnd = found == null ? NONE : found.endVpn();
    rangeMask = found == null ? 0 : found.mask();
  }

  /** Goes on in the lowest table that it is in, and then from the top. */
  private void findInTables(long from) {
    if (lowest != null && find(lowest, above, from)) {
      return;
    }
    long behind = lowest == null ? from : Math.max(from, lowest.endVpn());
    lowest = null;
    if (!find(tables.top(), 0, behind)) {
      tableStart = NONE;
      tableEnd = NONE;
      tableMask = 0;
    }
  }

  /** Finds the next pages in a table and those below; {@return whether there are any} */
  private boolean find(DirtyTable table, long inherited, long from) {
    if (from >= table.endVpn()) {
      return false;
    }
    entries++;
    EntryMasks masks = table.masks(generation);
    for (int entry = first(masks, inherited, table.entry(from));
        entry < EntryMasks.ENTRIES;
        entry = first(masks, inherited, entry + 1)) {
      long own = masks.mask(entry);
      long all = (inherited | own) & ~DirtyTable.BELOW;
      long start = Math.max(from, table.startVpn(entry));
      if (own >= 0) {
        tableStart = start;
        tableEnd = table.startVpn(masks.nextOther(entry));
        tableMask = all;
        lowest = table.isLowest() ? table : null;
        above = inherited;
        return true;
      }
      if (find(table.child(entry), all, start)) {
        return true;
      }
    }
    return false;
  }

  /** {@return the first entry from one on that has a mask, of its own or from above} */
  private static int first(EntryMasks masks, long inherited, int entry) {
    return inherited == 0 ? masks.next(entry) : entry;
  }
}
