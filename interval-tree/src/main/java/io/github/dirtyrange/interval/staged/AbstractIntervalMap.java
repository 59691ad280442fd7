package io.github.dirtyrange.interval.staged;

import io.github.dirtyrange.interval.MaskedRange;
import io.github.dirtyrange.interval.PageChecks;
import io.github.dirtyrange.interval.PageIntervalMap;
import io.github.dirtyrange.interval.PageRanges;
import io.github.dirtyrange.interval.RangeVisitor;
import io.github.dirtyrange.interval.RegionCursor;
import io.github.dirtyrange.interval.RegionVisitor;
import it.unimi.dsi.fastutil.longs.Long2LongAVLTreeMap;
import it.unimi.dsi.fastutil.longs.Long2LongSortedMap;
import it.unimi.dsi.fastutil.longs.LongArrayList;
import org.jspecify.annotations.Nullable;

/** What every map derives from additions, removals and an ordered scan. */
abstract class AbstractIntervalMap implements PageIntervalMap {

  /** Visits, of the regions that meet the range, clipped to it and in order, the first ones. */
  abstract void scan(long startVpn, long endVpn, long limit, RegionVisitor visitor);

  /** {@return a number that differs after every change of the contents} */
  abstract long version();

  @Override
  public void add(long vpn, long mask) {
    PageChecks.checkPage(vpn);
    add(vpn, vpn + 1, mask);
  }

  @Override
  public void addAll(PageIntervalMap other) {
    if (other != this) {
      other.forEach(this::add);
    }
  }

  /** Refuses masks that the map cannot take. */
  void checkMask(long mask) {
    PageChecks.checkMask(mask);
  }

  @Override
  public void replace(long startVpn, long endVpn, long mask) {
    checkMask(mask);
    remove(startVpn, endVpn);
    add(startVpn, endVpn, mask);
  }

  @Override
  public void move(long fromVpn, long toVpn, long pages) {
    PageChecks.checkCount(toVpn, pages); // forEach refuses a source that is none
    LongArrayList carried = new LongArrayList();
    forEach(
        fromVpn,
        fromVpn + pages,
        (start, end, mask) -> {
          carried.add(start);
          carried.add(end);
          carried.add(mask);
        });
    remove(fromVpn, fromVpn + pages);
    remove(toVpn, toVpn + pages);
    long shift = toVpn - fromVpn;
    for (int i = 0; i < carried.size(); i += 3) {
      add(carried.getLong(i) + shift, carried.getLong(i + 1) + shift, carried.getLong(i + 2));
    }
  }

  @Override
  public void retainAll(PageRanges ranges) {
    ranges.forEachGap(this::remove);
  }

  @Override
  public void removeAll(PageRanges ranges) {
    ranges.forEach(this::remove);
  }

  @Override
  public long get(long vpn) {
    PageChecks.checkPage(vpn);
    MaskedRange region = first(vpn, vpn + 1);
    return region == null ? 0 : region.mask();
  }

  @Override
  public @Nullable MaskedRange firstAtOrAfter(long vpn) {
    PageChecks.checkPage(vpn);
    return first(vpn, MAX_VPN);
  }

  @Override
  public RegionCursor cursor(long startVpn, long endVpn) {
    PageChecks.checkRange(startVpn, endVpn);
    return new ScanCursor(this, startVpn, endVpn);
  }

  @Override
  public void forEach(long startVpn, long endVpn, RegionVisitor visitor) {
    PageChecks.checkRange(startVpn, endVpn);
    scan(startVpn, endVpn, Long.MAX_VALUE, visitor);
  }

  @Override
  public void forEachGap(long startVpn, long endVpn, RangeVisitor visitor) {
    long[] done = {startVpn};
    forEach(
        startVpn,
        endVpn,
        (start, end, mask) -> {
          if (done[0] < start) {
            visitor.visit(done[0], start);
          }
          done[0] = end;
        });
    if (done[0] < endVpn) {
      visitor.visit(done[0], endVpn);
    }
  }

  @Override
  public Long2LongSortedMap pagesByMask() {
    Long2LongSortedMap pages = new Long2LongAVLTreeMap();
    forEach((start, end, mask) -> pages.put(mask, pages.get(mask) + end - start));
    return pages;
  }

  @Override
  public long rangeCount() {
    long[] regions = {0};
    forEach((start, end, mask) -> regions[0]++);
    return regions[0];
  }

  @Override
  public long pageCount() {
    long[] pages = {0};
    forEach((start, end, mask) -> pages[0] += end - start);
    return pages[0];
  }

  @Override
  public boolean isEmpty() {
    return first(0, MAX_VPN) == null;
  }

  /** Tells whether another map, of whatever implementation, has the same pages and masks. */
  @Override
  public boolean equals(@Nullable Object other) {
    if (!(other instanceof PageIntervalMap map)) {
      return false;
    }
    RegionCursor mine = cursor(0, MAX_VPN);
    RegionCursor theirs = map.cursor(0, MAX_VPN);
    while (mine.next()) {
      if (!theirs.next() || !areSame(mine, theirs)) {
        return false;
      }
    }
    return !theirs.next();
  }

  @Override
  public int hashCode() {
    long[] hash = {1};
    forEach(
        (start, end, mask) -> {
          hash[0] = 31 * hash[0] + start;
          hash[0] = 31 * hash[0] + end;
          hash[0] = 31 * hash[0] + mask;
        });
    return Long.hashCode(hash[0]);
  }

  /** {@return up to 16 regions as text} */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder("{");
    scan(
        0,
        MAX_VPN,
        16,
        (start, end, mask) ->
            text.append('[')
                .append(start)
                .append(", ")
                .append(end)
                .append(")=0x")
                .append(Long.toHexString(mask))
                .append(' '));
    return text.toString().trim() + "}";
  }

  private static boolean areSame(RegionCursor one, RegionCursor other) {
    return one.startVpn() == other.startVpn()
        && one.endVpn() == other.endVpn()
        && one.mask() == other.mask();
  }

  private @Nullable MaskedRange first(long startVpn, long endVpn) {
    RegionCursor cursor = new ScanCursor(this, startVpn, endVpn, 1);
    return cursor.next()
        ? new MaskedRange(cursor.startVpn(), cursor.endVpn(), cursor.mask())
        : null;
  }
}
