package io.github.dirtyrange.interval.staged;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dirtyrange.interval.MaskedRange;
import io.github.dirtyrange.interval.PageIntervalMap;
import io.github.dirtyrange.interval.SerialForm;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** What a map that had to coarsen still promises. */
class BoundedIntervalMapTest {

  private static final long COARSE = Space.FREE_BIT;
  private static final Space SPACE = new Space(32_768 - 350, 700);

  @Property
  void coarseIsASupersetAndTheRestExact(@ForAll("steps") List<Step> steps) {
    PageIntervalMap map = IntervalMaps.bounded(BoundedIntervalMap.MIN_BYTES, COARSE);
    DenseTwin twin = new DenseTwin(SPACE.start(), (int) SPACE.pages());
    for (Step step : steps) {
      step.applyTo(map);
      step.applyTo(twin);
      assertThat(map.memoryBytes()).isLessThanOrEqualTo(BoundedIntervalMap.MIN_BYTES);
    }
    for (MaskedRange region : twin.regions()) {
      for (long vpn = region.startVpn(); vpn < region.endVpn(); vpn++) {
        assertThat(map.get(vpn) & region.mask()).isEqualTo(region.mask());
      }
    }
    for (MaskedRange region : Regions.of(map)) {
      if ((region.mask() & COARSE) == 0) {
        assertThat(twin.regions(region.startVpn(), region.endVpn())).containsExactly(region);
      }
    }
  }

  @Property
  void coarseRegionsAreCanonicalToo(@ForAll("steps") List<Step> steps) {
    PageIntervalMap map = IntervalMaps.bounded(BoundedIntervalMap.MIN_BYTES, COARSE);
    steps.forEach(step -> step.applyTo(map));
    PageIntervalMap copy = new TreeIntervalMap();
    copy.addAll(map);
    assertThat(Regions.of(map)).isEqualTo(Regions.of(copy));
  }

  /**
   * The gap before page 50 takes in that page, for which there is no room, and is then like page
   * 40; the pages behind it become one region, so that nothing has to be joined afterwards.
   */
  @Example
  void aFullMapReadsBackEqualToItself() throws IOException {
    BoundedIntervalMap map = new BoundedIntervalMap(BoundedIntervalMap.MIN_BYTES, COARSE);
    long[] pages = {0, 10, 20, 30, 40, 50, 51, 52, 53, 54};
    long[] masks = {1, 1, 1, 1, 3 | COARSE, 1, 3 | COARSE, 1 | COARSE, 3 | COARSE, 1 | COARSE};
    for (int i = 0; i < pages.length; i++) {
      map.add(pages[i], masks[i]);
    }
    assertThat(map.rangeCount()).isEqualTo(map.regionLimit());
    map.add(0, 55, 2);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    SerialForm.write(map, bytes);
    ByteArrayInputStream in = new ByteArrayInputStream(bytes.toByteArray());
    PageIntervalMap copy = SerialForm.read(in, TreeIntervalMap::new);
    assertThat(copy).isEqualTo(map);
  }

  @Example
  void aJoinedRegionKeepsItsFlagWhateverBitsAreTakenOut() {
    BoundedIntervalMap map = full();
    map.add(500, 505, 2);
    MaskedRange joined =
        Regions.of(map).stream()
            .filter(region -> region.mask() >= COARSE)
            .findFirst()
            .orElseThrow();
    map.removeBits(0, PageIntervalMap.MAX_VPN, 1 | COARSE);
    assertThat(Regions.of(map))
        .containsExactly(new MaskedRange(joined.startVpn(), joined.endVpn(), 2 | COARSE));
  }

  @Example
  void joinsTheSmallestGapsFirst() {
    BoundedIntervalMap map = new BoundedIntervalMap(BoundedIntervalMap.MIN_BYTES, COARSE);
    int limit = map.regionLimit();
    for (int i = 0; i <= limit; i++) {
      map.add(1000L * i, 1);
    }
    map.add(3002, 2);
    assertThat(Regions.of(map))
        .hasSize(limit)
        .contains(new MaskedRange(3000, 3003, 3 | COARSE), new MaskedRange(0, 1001, 1 | COARSE))
        .contains(new MaskedRange(4000, 4001, 1));
  }

  @Example
  void everyKindOfChangeKeepsToTheLimit() {
    BoundedIntervalMap map = full();
    map.add(500, 505, 2);
    assertThat(map.rangeCount()).isEqualTo(map.regionLimit());
    map.remove(2, 3);
    assertThat(map.rangeCount()).isEqualTo(map.regionLimit());
    map.removeBits(1002, 1003, 1);
    assertThat(map.rangeCount()).isEqualTo(map.regionLimit());
  }

  @Example
  void aJoinedRegionLeftWithNothingButItsFlagGoes() {
    BoundedIntervalMap map = full();
    map.add(500, 505, 2);
    long joined = Regions.of(map).stream().filter(region -> region.mask() >= COARSE).count();
    assertThat(joined).isOne();
    map.removeBits(0, PageIntervalMap.MAX_VPN, 3);
    assertThat(map.isEmpty()).isTrue();
    assertThat(Regions.of(map)).isEmpty();
  }

  @Example
  void holdsAsManyRegionsAsItsBudgetSays() {
    assertThat(new BoundedIntervalMap(2048, COARSE).regionLimit()).isEqualTo((2048 - 1700) / 32);
    assertThat(new BoundedIntervalMap(140_000, COARSE).regionLimit()).isEqualTo(4321);
  }

  /** A map whose regions, of ten pages each, are as many as it may have. */
  private static BoundedIntervalMap full() {
    BoundedIntervalMap map = new BoundedIntervalMap(BoundedIntervalMap.MIN_BYTES, COARSE);
    for (int i = 0; i < map.regionLimit(); i++) {
      map.add(1000L * i, 1000L * i + 10, 1);
    }
    assertThat(map.rangeCount()).isEqualTo(map.regionLimit());
    return map;
  }

  @Property(tries = 20)
  void uniformPagesStayNearTheOptimum(@ForAll long seed) {
    BoundedIntervalMap map = new BoundedIntervalMap(140_000, COARSE);
    assertThat(map.regionLimit()).isGreaterThanOrEqualTo(4096);
    long[] pages = new Random(seed).longs(20_000, 0, 1L << 28).distinct().toArray();
    for (long page : pages) {
      map.add(page, 1);
    }
    Arrays.sort(pages);
    long[] gaps = new long[pages.length - 1];
    for (int i = 0; i < gaps.length; i++) {
      gaps[i] = pages[i + 1] - pages[i] - 1;
    }
    Arrays.sort(gaps);
    long span = pages[pages.length - 1] + 1 - pages[0];
    long kept = Arrays.stream(gaps, gaps.length - (map.regionLimit() - 1), gaps.length).sum();
    assertThat(map.pageCount()).isLessThan((span - kept) * 105 / 100);
  }

  @Example
  void refusesBudgetsAndFlagsThatCannotBe() {
    assertThatThrownBy(() -> IntervalMaps.bounded(100, COARSE))
        .hasMessage("a bounded map needs 2048 bytes or more, not 100");
    assertThatThrownBy(() -> IntervalMaps.bounded(4096, 3)).hasMessageContaining("one bit");
    PageIntervalMap map = IntervalMaps.bounded(4096, COARSE);
    assertThatThrownBy(() -> map.add(1, COARSE)).hasMessageContaining("besides the coarse flag");
  }

  @Example
  void aMaskOfNothingButTheFlagIsRefusedBeforeAnythingChanges() {
    PageIntervalMap flagged = new TreeIntervalMap();
    flagged.add(2, 1);
    flagged.add(9, COARSE);
    refusesTheFlagAlone(map -> map.add(0, COARSE));
    refusesTheFlagAlone(map -> map.add(0, 10, COARSE));
    refusesTheFlagAlone(map -> map.replace(0, 10, COARSE));
    refusesTheFlagAlone(map -> map.addAll(flagged));
    refusesTheFlagAlone(map -> map.removeBits(0, 10, COARSE));
  }

  private static void refusesTheFlagAlone(Consumer<PageIntervalMap> change) {
    PageIntervalMap map = IntervalMaps.bounded(1 << 16, COARSE);
    map.add(5, 6, 1);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> change.accept(map))
        .withMessageContaining("besides the coarse flag");
    assertThat(Regions.of(map)).containsExactly(new MaskedRange(5, 6, 1));
  }

  @Provide
  Arbitrary<List<Step>> steps() {
    Arbitrary<Step> steps = Step.in(SPACE).filter(step -> (step.range().mask() & COARSE) == 0);
    Arbitrary<Step> pages =
        Arbitraries.longs()
            .between(SPACE.start(), SPACE.end() - 1)
            .map(vpn -> new Step(Step.Kind.ADD, new MaskedRange(vpn, vpn + 1, 1 + vpn % 2), 0));
    return Arbitraries.oneOf(steps, pages, pages).list().ofMaxSize(150);
  }
}
