package io.github.dirtyrange.interval.staged;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.github.dirtyrange.interval.MaskedRange;
import io.github.dirtyrange.interval.PageIntervalMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/**
 * A visitor that reads or changes the map that it visits is refused, and the map has all it had.
 */
class VisitorsTest {

  private static final Map<String, Consumer<PageIntervalMap>> READINGS =
      Map.of(
          "get", map -> map.get(0),
          "firstAtOrAfter", map -> map.firstAtOrAfter(0),
          "rangeCount", PageIntervalMap::rangeCount,
          "toString", map -> assertThat(map.toString()).isNotEmpty(),
          "cursor", map -> map.cursor(0, 10).next(),
          "forEach", map -> map.forEach((start, end, mask) -> {}),
          "drain", map -> map.drain((start, end, mask) -> {}));

  @Provide
  Arbitrary<String> readings() {
    return Arbitraries.of(READINGS.keySet());
  }

  @Provide
  Arbitrary<String> visits() {
    return Arbitraries.of("forEach", "drain");
  }

  private static PageIntervalMap filled(boolean sealed) {
    PageIntervalMap map = IntervalMaps.create();
    for (long chunk = 0; chunk < 3; chunk++) {
      for (long page = 0; page < 300; page += 100) {
        map.add(chunk * Chunk.PAGES + page, 1);
      }
      if (sealed) {
        assertThat(map.rangeCount()).isPositive();
      }
    }
    return map;
  }

  private static void visit(PageIntervalMap map, String how, Runnable each) {
    if (how.equals("drain")) {
      map.drain((start, end, mask) -> each.run());
    } else {
      map.forEach((start, end, mask) -> each.run());
    }
  }

  @Property
  void readingsWithinAReadingAreRefused(
      @ForAll("visits") String visit, @ForAll("readings") String reading, @ForAll boolean sealed) {
    PageIntervalMap map = filled(sealed);
    List<MaskedRange> before = Regions.of(filled(sealed));
    Consumer<PageIntervalMap> read = Objects.requireNonNull(READINGS.get(reading));
    assertThatIllegalStateException().isThrownBy(() -> visit(map, visit, () -> read.accept(map)));
    assertThat(Regions.of(map)).isEqualTo(before);
    assertThat(Regions.drained(map)).isEqualTo(before);
    assertThat(map.isEmpty()).isTrue();
  }

  @Property
  void aChangeWithinAReadingIsTold(@ForAll("visits") String visit, @ForAll boolean sealed) {
    PageIntervalMap map = filled(sealed);
    assertThatIllegalStateException().isThrownBy(() -> visit(map, visit, () -> map.add(50, 2)));
    assertThat(map.get(50)).isEqualTo(2);
    assertThat(map.rangeCount()).isEqualTo(10);
  }
}
