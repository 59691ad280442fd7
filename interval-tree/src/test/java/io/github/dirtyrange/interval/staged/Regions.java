package io.github.dirtyrange.interval.staged;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dirtyrange.interval.MaskedRange;
import io.github.dirtyrange.interval.PageIntervalMap;
import java.util.ArrayList;
import java.util.List;

/** What a map hands out, as lists that tests can compare. */
final class Regions {

  private Regions() {}

  static List<MaskedRange> of(PageIntervalMap map) {
    List<MaskedRange> regions = new ArrayList<>();
    map.forEach((start, end, mask) -> regions.add(new MaskedRange(start, end, mask)));
    return regions;
  }

  static List<MaskedRange> of(PageIntervalMap map, long start, long end) {
    List<MaskedRange> regions = new ArrayList<>();
    map.forEach(start, end, (from, to, mask) -> regions.add(new MaskedRange(from, to, mask)));
    return regions;
  }

  /** Drains a map, and holds it to the number of regions that it says it handed out. */
  static List<MaskedRange> drained(PageIntervalMap map) {
    List<MaskedRange> regions = new ArrayList<>();
    long count = map.drain((start, end, mask) -> regions.add(new MaskedRange(start, end, mask)));
    assertThat(count).isEqualTo(regions.size());
    return regions;
  }

  static long pages(List<MaskedRange> regions) {
    return regions.stream().mapToLong(region -> region.endVpn() - region.startVpn()).sum();
  }
}
