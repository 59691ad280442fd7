package io.github.dirtyrange.track;

/**
 * What two rounds found, one after the other, as if it had been one: of each page the transitions
 * of both, and what held at the later one that has it. O(regions of both).
 */
public final class RegionMerge {

  private final ChangedPages older;
  private final ChangedPages newer;
  private final ChangedPages merged = new ChangedPages();
  private int inOlder;
  private int inNewer;
  private long at;

  private RegionMerge(ChangedPages older, ChangedPages newer) {
    this.older = older;
    this.newer = newer;
    merged.clear(older.known() & newer.known());
  }

  /** {@return both in one list} */
  public static ChangedPages of(ChangedPages older, ChangedPages newer) {
    RegionMerge merge = new RegionMerge(older, newer);
    while (merge.inOlder < older.regions() || merge.inNewer < newer.regions()) {
      merge.step();
    }
    return merge.merged;
  }

  /** Appends what comes next, as far as it is of the same regions. */
  private void step() {
    long olderStart = start(older, inOlder);
    long newerStart = start(newer, inNewer);
    long start = Math.min(olderStart, newerStart);
    long end = Math.min(next(older, inOlder, start), next(newer, inNewer, start));
    boolean ofOlder = olderStart <= start;
    boolean ofNewer = newerStart <= start;
    long changed = (ofOlder ? older.changed(inOlder) : 0) | (ofNewer ? newer.changed(inNewer) : 0);
    ChangedPages last = ofNewer ? newer : older;
    int region = ofNewer ? inNewer : inOlder;
    merged.appendJoined(start, end, changed, last.now(region), last.isFileBacked(region));
    at = end;
    inOlder += ofOlder && older.regionEnd(inOlder) == end ? 1 : 0;
    inNewer += ofNewer && newer.regionEnd(inNewer) == end ? 1 : 0;
  }

  /** {@return where what is left of a region starts; no page's number if there is none} */
  private long start(ChangedPages list, int region) {
    return region < list.regions() ? Math.max(at, list.regionStart(region)) : Long.MAX_VALUE;
  }

  /** {@return where a region begins or ends, whichever is next after a page} */
  private static long next(ChangedPages list, int region, long vpn) {
    if (region >= list.regions()) {
      return Long.MAX_VALUE;
    }
    return list.regionStart(region) > vpn ? list.regionStart(region) : list.regionEnd(region);
  }
}
