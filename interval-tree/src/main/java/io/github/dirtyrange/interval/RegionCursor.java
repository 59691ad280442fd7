package io.github.dirtyrange.interval;

/**
 * A walk over the regions of a window, in order, that allows its caller to change the map between
 * steps: what lies ahead is always read as it then is.
 *
 * <p>A step costs one lookup per 64 regions, or one after each change.
 */
public final class RegionCursor {

  private static final int AHEAD = 64;

  /*
   * regions holds start, end, mask of those read ahead; they are dropped when the map has changed.
   * position is where the walk goes on.
   */
  private final AbstractIntervalMap map;
  private final long endVpn;
  private final long[] regions;
  private long position;
  private long version;
  private int filled;
  private int at = -3;

  RegionCursor(AbstractIntervalMap map, long startVpn, long endVpn) {
    this(map, startVpn, endVpn, AHEAD);
  }

  RegionCursor(AbstractIntervalMap map, long startVpn, long endVpn, int ahead) {
    this.map = map;
    this.position = startVpn;
    this.endVpn = endVpn;
    this.regions = new long[3 * ahead];
  }

  /** Goes on to the next region. {@return whether there is one} */
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

  /** {@return the first page of the region} */
  public long startVpn() {
    return regions[at];
  }

  /** {@return the page after the last of the region, or of the window if that comes first} */
  public long endVpn() {
    return regions[at + 1];
  }

  /** {@return what every page of the region carries} */
  public long mask() {
    return regions[at + 2];
  }

  boolean isSameAs(RegionCursor other) {
    return startVpn() == other.startVpn() && endVpn() == other.endVpn() && mask() == other.mask();
  }

  private void refill() {
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
