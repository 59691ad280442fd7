package io.github.dirtyrange.kernel;

import java.util.ArrayList;
import java.util.List;

/**
 * A caller's array of page regions, of fixed capacity: the {@code vec} and {@code vec_len} of a
 * scan.
 */
public final class PageRegionBuffer extends RegionBuffer {

  /** Makes an empty buffer for that many regions; 0 asks a scan for no output. */
  public PageRegionBuffer(int capacity) {
    super(capacity, 1);
  }

  /** Appends a region; throws {@link IndexOutOfBoundsException} when the buffer is full. */
  public void add(long startVpn, long endVpn, long categories) {
    append(startVpn, endVpn, categories);
  }

  /** {@return the categories of region {@code index}} */
  public long categories(int index) {
    return mask(index, 0);
  }

  /** {@return the regions as records, for tests and reports} */
  public List<PageRegion> toList() {
    List<PageRegion> regions = new ArrayList<>(size());
    for (int i = 0; i < size(); i++) {
      regions.add(new PageRegion(startVpn(i), endVpn(i), categories(i)));
    }
    return regions;
  }
}
