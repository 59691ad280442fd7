package io.github.dirtyrange.interval;

import java.util.ArrayList;
import java.util.List;

/** One region as a value, so that tests can compare lists of them. */
record Region(long startVpn, long endVpn, long mask) {

  static List<Region> of(PageIntervalMap map) {
    List<Region> regions = new ArrayList<>();
    map.forEach((start, end, mask) -> regions.add(new Region(start, end, mask)));
    return regions;
  }

  static List<Region> of(PageIntervalMap map, long startVpn, long endVpn) {
    List<Region> regions = new ArrayList<>();
    map.forEach(startVpn, endVpn, (start, end, mask) -> regions.add(new Region(start, end, mask)));
    return regions;
  }

  static List<Region> drained(PageIntervalMap map) {
    List<Region> regions = new ArrayList<>();
    map.drain((start, end, mask) -> regions.add(new Region(start, end, mask)));
    return regions;
  }
}
