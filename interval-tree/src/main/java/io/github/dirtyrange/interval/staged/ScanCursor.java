package io.github.dirtyrange.interval.staged;

import io.github.dirtyrange.interval.RegionCursor;

/**
 * A walk that reads ahead, the farther the longer nothing changes, and reads anew what lies ahead
 * once the map has changed.
 */
final class ScanCursor implements RegionCursor {

  private static final int AHEAD = 64;

  /** A reading works a chunk out whole, of 32,768 pages at most. */
  private static final int MOST_AHEAD = 1 << 14;

  /*
   * regions holds start, end, mask of those read ahead; they are dropped when the map has changed.
   * position is where the walk goes on.
   */
  private final AbstractIntervalMap map;
  private final long endVpn;
  private long[] regions;
  private long position;
  private long version;
  private int filled;
  private int at = -3;

  ScanCursor(AbstractIntervalMap map, long startVpn, long endVpn) {
    this(map, startVpn, endVpn, AHEAD);
  }

  ScanCursor(AbstractIntervalMap map, long startVpn, long endVpn, int ahead) {
    this.map = map;
    this.position = startVpn;
    this.endVpn = endVpn;
    this.regions = new long[3 * ahead];
  }

  @Override
  public boolean next() {
    at += 3;
    if (at >= filled || version != map.version()) {
      refill();
    }
    if (at >= filled) {
      return false;
    }
    position = endVpn();
    return true;
  }

  @Override
  public long startVpn() {
    return regions[at];
  }

  @Override
  public long endVpn() {
    return regions[at + 1];
  }

  @Override
  public long mask() {
    return regions[at + 2];
  }

  private void refill() {
    if (filled == regions.length && filled < 3 * MOST_AHEAD && version == map.version()) {
      regions = new long[4 * filled];
    }
    filled = 0;
    at = 0;
    if (position < endVpn) {
      map.scan(position, endVpn, regions.length / 3, this::keep);
    }
    version = map.version();
  }

  private void keep(long start, long end, long mask) {
    regions[filled] = start;
    regions[filled + 1] = end;
    regions[filled + 2] = mask;
    filled += 3;
  }
}
