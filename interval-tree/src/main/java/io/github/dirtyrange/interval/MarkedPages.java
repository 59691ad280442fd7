package io.github.dirtyrange.interval;

/** Pages that are marked or not, in an interval map of their own. */
public final class MarkedPages {

  private static final long MARKED = 1;

  private final PageIntervalMap map;

  /**
   * Marks none yet.
   *
   * @param map an empty one, for this alone
   */
  public MarkedPages(PageIntervalMap map) {
    this.map = map;
  }

  /** Marks the pages of a range. */
  public void add(long startVpn, long endVpn) {
    map.add(startVpn, endVpn, MARKED);
  }

  /** Takes the marks of a range back. */
  public void remove(long startVpn, long endVpn) {
    map.remove(startVpn, endVpn);
  }

  /** Takes all marks back. */
  public void clear() {
    map.clear();
  }

  /** {@return whether no page is marked} */
  public boolean isEmpty() {
    return map.isEmpty();
  }

  /** {@return whether a page is marked} */
  public boolean has(long vpn) {
    return !map.isEmpty() && map.get(vpn) != 0;
  }

  /**
   * {@return up to which page all are marked as the first one is, or all are not, at most the end}
   */
  public long runEnd(long startVpn, long endVpn) {
    if (map.isEmpty()) {
      return endVpn;
    }
    RegionCursor cursor = map.cursor(startVpn, endVpn);
    if (!cursor.next()) {
      return endVpn;
    }
    return cursor.startVpn() > startVpn ? cursor.startVpn() : cursor.endVpn();
  }

  /** {@return the memory that the marks take, in bytes} */
  public long memoryBytes() {
    return map.memoryBytes();
  }
}
