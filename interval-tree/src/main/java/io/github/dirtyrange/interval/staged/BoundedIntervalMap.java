package io.github.dirtyrange.interval.staged;

import io.github.dirtyrange.interval.PageChecks;
import io.github.dirtyrange.interval.PageIntervalMap;
import io.github.dirtyrange.interval.RegionVisitor;

/**
 * A map that never takes more memory than it was given. While it has room it is exact; when it is
 * full it joins the neighbours with the smallest gaps between them, gives the joined region both
 * masks and flags it coarse.
 *
 * <p>Single pages wait in a buffer and are merged in batches, so an addition costs a write and its
 * share of a pass over all regions; any other change is a pass of its own.
 */
final class BoundedIntervalMap extends AbstractIntervalMap {

  static final long MIN_BYTES = 2048;

  private static final int FIXED_BYTES = 1700;

  /** Bytes per region, buffer of additions and room to edit in included; see the constructor. */
  private static final int BYTES_PER_REGION = 32;

  private static final int REGIONS_PER_ADDITION = 8;

  private final long coarseFlag;
  private final int regionLimit;
  private final RegionArray regions;
  private final Additions additions;
  private final GapSelector selector = new GapSelector();
  private long version;

  /**
   * Makes an empty map.
   *
   * @param maxBytes all the memory that it may take
   * @param coarseFlag the bit that joined regions get, and no addition may have
   */
  BoundedIntervalMap(long maxBytes, long coarseFlag) {
    if (maxBytes < MIN_BYTES) {
      throw new IllegalArgumentException(
          "a bounded map needs " + MIN_BYTES + " bytes or more, not " + maxBytes);
    }
    if (Long.bitCount(coarseFlag) != 1) {
      throw new IllegalArgumentException("the coarse flag must be one bit");
    }
    this.coarseFlag = coarseFlag;
    long room = Math.min((maxBytes - FIXED_BYTES) / BYTES_PER_REGION, 1 << 24);
    this.regionLimit = (int) room;
    int buffered = Math.max(1, regionLimit / REGIONS_PER_ADDITION);
    this.regions = new RegionArray(regionLimit + 2 * buffered + 2, coarseFlag);
    this.additions = new Additions(buffered);
  }

  /** {@return how many regions it holds before it joins any} */
  int regionLimit() {
    return regionLimit;
  }

  @Override
  public void add(long vpn, long mask) {
    PageChecks.checkPage(vpn);
    checkMask(mask);
    version++;
    if (append(vpn, vpn + 1, mask)) {
      return;
    }
    while (!additions.add(vpn, mask)) {
      settle();
    }
  }

  @Override
  public void add(long startVpn, long endVpn, long mask) {
    PageChecks.checkRange(startVpn, endVpn);
    if (endVpn - startVpn == 1) {
      add(startVpn, mask);
      return;
    }
    checkMask(mask);
    version++;
    if (append(startVpn, endVpn, mask)) {
      return;
    }
    settle();
    additions.setRange(startVpn, endVpn, mask);
    regions.add(additions, 1);
    coarsen();
  }

  @Override
  public void addAll(PageIntervalMap other) {
    other.forEach((start, end, mask) -> checkMask(mask)); // before any of them is added
    super.addAll(other);
  }

  @Override
  public void remove(long startVpn, long endVpn) {
    PageChecks.checkRange(startVpn, endVpn);
    settle();
    version++;
    regions.mask(startVpn, endVpn, 0, -1);
    coarsen();
  }

  /**
   * Clears bits, except the coarse flag: what is left of a widened region is as uncertain as
   * before. The flag goes with the last other bit. A mask of the flag alone is refused.
   */
  @Override
  public void removeBits(long startVpn, long endVpn, long mask) {
    PageChecks.checkRange(startVpn, endVpn);
    checkMask(mask);
    settle();
    version++;
    regions.mask(startVpn, endVpn, ~mask | coarseFlag, ~coarseFlag);
    coarsen();
  }

  @Override
  public long drain(RegionVisitor visitor) {
    forEach(visitor);
    long drained = regions.size();
    clear();
    return drained;
  }

  @Override
  public void clear() {
    version++;
    regions.clear();
    additions.clear();
  }

  @Override
  public boolean isEmpty() {
    return regions.size() == 0 && additions.size() == 0;
  }

  @Override
  public long memoryBytes() {
    return FIXED_BYTES - 500 + regions.memoryBytes() + additions.memoryBytes();
  }

  @Override
  void scan(long startVpn, long endVpn, long limit, RegionVisitor visitor) {
    settle();
    long room = limit;
    for (int i = regions.indexOf(startVpn); i < regions.size() && room > 0; i++, room--) {
      if (regions.start(i) >= endVpn) {
        return;
      }
      long start = Math.max(startVpn, regions.start(i));
      visitor.visit(start, Math.min(endVpn, regions.end(i)), regions.mask(i));
    }
  }

  @Override
  long version() {
    return version;
  }

  @Override
  void checkMask(long mask) {
    if ((mask & ~coarseFlag) == 0) {
      throw new IllegalArgumentException("a mask must have a bit besides the coarse flag");
    }
  }

  /** Adds a range behind all regions at once, as whoever reads a map in order does. */
  private boolean append(long startVpn, long endVpn, long mask) {
    return additions.size() == 0 && regions.append(startVpn, endVpn, mask, regionLimit);
  }

  private void settle() {
    if (additions.size() > 0) {
      additions.sort();
      regions.add(additions, additions.size());
      additions.clear();
      coarsen();
    }
  }

  private void coarsen() {
    int surplus = regions.size() - regionLimit;
    if (surplus > 0) {
      selector.select(regions, surplus);
      regions.join(selector.gap(), selector.ties());
    }
  }
}
