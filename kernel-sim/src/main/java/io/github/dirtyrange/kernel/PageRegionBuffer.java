package io.github.dirtyrange.kernel;

import java.util.ArrayList;
import java.util.List;

/**
 * A caller's array of page regions, of fixed capacity: the {@code vec} and {@code vec_len} of a
 * scan. Kept as primitives so that a scan allocates nothing.
 */
public final class PageRegionBuffer {

  private static final int LONGS = 3;

  private final long[] longs;
  private int size;

  /** Makes an empty buffer for that many regions; 0 asks a scan for no output. */
  public PageRegionBuffer(int capacity) {
    longs = new long[Math.multiplyExact(capacity, LONGS)];
  }

  /** {@return how many regions fit} */
  public int capacity() {
    return longs.length / LONGS;
  }

  /** {@return how many regions the buffer holds} */
  public int size() {
    return size;
  }

  /** Empties the buffer. */
  public void clear() {
    size = 0;
  }

  /** Appends a region; throws {@link IndexOutOfBoundsException} when the buffer is full. */
  public void add(long startVpn, long endVpn, long categories) {
    int at = size * LONGS;
    longs[at + 2] = categories;
    longs[at + 1] = endVpn;
    longs[at] = startVpn;
    size++;
  }

  /** {@return the first page of region {@code index}} */
  public long startVpn(int index) {
    return longs[index * LONGS];
  }

  /** {@return the page after the last of region {@code index}} */
  public long endVpn(int index) {
    return longs[index * LONGS + 1];
  }

  /** {@return the categories of region {@code index}} */
  public long categories(int index) {
    return longs[index * LONGS + 2];
  }

  /** {@return the regions as records, for tests and reports} */
  public List<PageRegion> toList() {
    List<PageRegion> regions = new ArrayList<>(size);
    for (int i = 0; i < size; i++) {
      regions.add(new PageRegion(startVpn(i), endVpn(i), categories(i)));
    }
    return regions;
  }
}
