package io.github.dirtyrange.interval.staged;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dirtyrange.interval.MaskedRange;
import io.github.dirtyrange.interval.PageIntervalMap;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.state.Action;
import net.jqwik.api.state.ActionChain;
import net.jqwik.api.state.Transformer;

/** The laws that every exact map obeys; a test supplies the map. */
abstract class IntervalMapLaws implements ArgumentLaws, ReadingLaws {

  @Override
  public abstract PageIntervalMap newMap();

  @Property
  void agreesWithTheDenseTwin(@ForAll("smallChains") ActionChain<DensePair> chain) {
    DensePair end = chain.run();
    assertThat(Regions.drained(end.map)).isEqualTo(end.twin.regions());
  }

  @Property
  void agreesWithTheTreeInWideSpaces(@ForAll("wideChains") ActionChain<TreePair> chain) {
    TreePair end = chain.run();
    assertThat(Regions.drained(end.map)).isEqualTo(Regions.of(end.twin));
  }

  @Property
  void orderOfAdditionsDoesNotMatter(
      @ForAll("wideRanges") List<MaskedRange> ranges, @ForAll long seed) {
    PageIntervalMap map = filled(ranges);
    Collections.shuffle(ranges, new Random(seed));
    assertThat(Regions.of(filled(ranges))).isEqualTo(Regions.of(map));
  }

  @Property
  void addingTwiceIsAddingOnce(@ForAll("wideRanges") List<MaskedRange> ranges) {
    PageIntervalMap map = filled(ranges);
    List<MaskedRange> once = Regions.of(map);
    ranges.forEach(range -> map.add(range.startVpn(), range.endVpn(), range.mask()));
    assertThat(Regions.of(map)).isEqualTo(once);
  }

  @Property
  void unionIsAdditionsOfBoth(
      @ForAll("wideRanges") List<MaskedRange> one, @ForAll("wideRanges") List<MaskedRange> other) {
    PageIntervalMap union = filled(one);
    union.addAll(filled(other));
    PageIntervalMap both = filled(one);
    other.forEach(range -> both.add(range.startVpn(), range.endVpn(), range.mask()));
    assertThat(union).isEqualTo(both).hasSameHashCodeAs(both);
  }

  @Property
  void removingWhatWasAddedToAnEmptyMapEmptiesIt(@ForAll("wideRanges") List<MaskedRange> ranges) {
    PageIntervalMap map = filled(ranges);
    ranges.forEach(range -> map.remove(range.startVpn(), range.endVpn()));
    assertThat(map.isEmpty()).isTrue();
    assertThat(map.rangeCount()).isZero();
    assertThat(Regions.drained(map)).isEmpty();
  }

  @Property
  void drainIsCanonicalAndLeavesNothing(@ForAll("wideRanges") List<MaskedRange> ranges) {
    PageIntervalMap map = filled(ranges);
    List<MaskedRange> seen = Regions.of(map);
    List<MaskedRange> drained = Regions.drained(map);
    assertThat(drained).isEqualTo(seen);
    for (int i = 0; i < drained.size(); i++) {
      MaskedRange region = drained.get(i);
      assertThat(region.mask()).isNotZero();
      assertThat(region.startVpn()).isLessThan(region.endVpn());
      if (i > 0) {
        MaskedRange before = drained.get(i - 1);
        assertThat(before.endVpn()).isLessThanOrEqualTo(region.startVpn());
        assertThat(before.endVpn() == region.startVpn() && before.mask() == region.mask())
            .isFalse();
      }
    }
    assertThat(Regions.drained(map)).isEmpty();
    assertThat(map.isEmpty()).isTrue();
  }

  @Property
  void drainSaysHowManyRegionsItHandedOut(@ForAll("wideRanges") List<MaskedRange> ranges) {
    PageIntervalMap map = filled(ranges);
    long expected = filled(ranges).rangeCount();
    long[] seen = {0};
    assertThat(map.drain((start, end, mask) -> seen[0]++)).isEqualTo(expected);
    assertThat(seen[0]).isEqualTo(expected);
    assertThat(map.drain((start, end, mask) -> seen[0]++)).isZero();
    assertThat(seen[0]).isEqualTo(expected);
  }

  @Property
  void movingToEmptySpaceAndBackChangesNothing(@ForAll("wideRanges") List<MaskedRange> ranges) {
    PageIntervalMap map = filled(ranges);
    map.remove(1L << 50, PageIntervalMap.MAX_VPN);
    List<MaskedRange> before = Regions.of(map);
    map.move(0, (1L << 50) + 12_345, 1L << 50);
    map.move((1L << 50) + 12_345, 0, 1L << 50);
    assertThat(Regions.of(map)).isEqualTo(before);
  }

  @Property
  void manyMasksStayApart(@ForAll long seed) {
    Random random = new Random(seed);
    PageIntervalMap map = newMap();
    DenseTwin twin = new DenseTwin(32_000, 1_000);
    for (int i = 0; i < 600; i++) {
      long start = 32_000L + random.nextInt(990);
      long end = start + 1 + random.nextInt(10);
      long mask = (random.nextLong() | 1) & ~Space.FREE_BIT;
      map.add(start, end, mask);
      twin.add(start, end, mask);
      if (i % 8 == 0) {
        map.removeBits(start - start % 100, end, mask >>> 3 | 1);
        twin.removeBits(start - start % 100, end, mask >>> 3 | 1);
      }
    }
    assertThat(Regions.of(map)).isEqualTo(twin.regions());
  }

  @Property
  void counting(@ForAll("wideRanges") List<MaskedRange> ranges) {
    PageIntervalMap map = filled(ranges);
    List<MaskedRange> regions = Regions.of(map);
    assertThat(map.rangeCount()).isEqualTo(regions.size());
    assertThat(map.pageCount()).isEqualTo(Regions.pages(regions));
    long byMask = map.pagesByMask().values().longStream().sum();
    assertThat(byMask).isEqualTo(map.pageCount());
    long[] gaps = {0};
    map.forEachGap(0, PageIntervalMap.MAX_VPN, (start, end) -> gaps[0] += end - start);
    assertThat(gaps[0] + map.pageCount()).isEqualTo(PageIntervalMap.MAX_VPN);
  }

  @Provide
  Arbitrary<ActionChain<DensePair>> smallChains() {
    return Arbitraries.of(Space.SMALL).flatMap(this::smallChain);
  }

  private Arbitrary<ActionChain<DensePair>> smallChain(Space space) {
    return ActionChain.startWith(() -> new DensePair(newMap(), space))
        .withAction(new DenseSteps(space))
        .withMaxTransformations(48);
  }

  @Provide
  Arbitrary<ActionChain<TreePair>> wideChains() {
    return Arbitraries.of(Space.WIDE).flatMap(this::wideChain);
  }

  private Arbitrary<ActionChain<TreePair>> wideChain(Space space) {
    return ActionChain.startWith(() -> new TreePair(newMap()))
        .withAction(new WideSteps(space))
        .withMaxTransformations(48);
  }

  @Provide
  Arbitrary<List<MaskedRange>> wideRanges() {
    return Arbitraries.of(Space.WIDE).flatMap(space -> space.ranges().list().ofMaxSize(60));
  }

  private PageIntervalMap filled(List<MaskedRange> ranges) {
    PageIntervalMap map = newMap();
    ranges.forEach(range -> map.add(range.startVpn(), range.endVpn(), range.mask()));
    return map;
  }

  /** A map in a small window, beside the dense twin. */
  record DensePair(PageIntervalMap map, DenseTwin twin) {

    DensePair(PageIntervalMap map, Space space) {
      this(map, new DenseTwin(space.start(), (int) space.pages()));
    }

    @Override
    public String toString() {
      return twin.regions().toString();
    }
  }

  private record DenseSteps(Space space) implements Action.Independent<DensePair> {
    @Override
    public Arbitrary<Transformer<DensePair>> transformer() {
      return Step.in(space)
          .map(step -> Transformer.mutate(step.toString(), pair -> run(step, pair)));
    }

    private static void run(Step step, DensePair pair) {
      switch (step.kind()) {
        case READ -> {
          assertThat(pair.map.isEmpty()).isEqualTo(pair.twin.regions().isEmpty());
          step.compare(pair.map, pair.twin);
        }
        case DRAIN -> assertThat(Regions.drained(pair.map)).isEqualTo(pair.twin.regions());
        default -> step.applyTo(pair.map);
      }
      step.applyTo(pair.twin);
    }
  }

  /** A map in a wide window, beside the reference. */
  record TreePair(PageIntervalMap map, TreeIntervalMap twin) {

    TreePair(PageIntervalMap map) {
      this(map, new TreeIntervalMap());
    }

    @Override
    public String toString() {
      return twin.toString();
    }
  }

  private record WideSteps(Space space) implements Action.Independent<TreePair> {
    @Override
    public Arbitrary<Transformer<TreePair>> transformer() {
      return Step.in(space)
          .map(step -> Transformer.mutate(step.toString(), pair -> run(step, pair)));
    }

    private static void run(Step step, TreePair pair) {
      if (step.kind() == Step.Kind.READ) {
        assertThat(pair.map.isEmpty()).isEqualTo(pair.twin.isEmpty());
        assertThat(pair.map).isEqualTo(pair.twin);
        assertThat(pair.map.firstAtOrAfter(step.range().startVpn()))
            .isEqualTo(pair.twin.firstAtOrAfter(step.range().startVpn()));
      } else if (step.kind() == Step.Kind.DRAIN) {
        assertThat(Regions.drained(pair.map)).isEqualTo(Regions.of(pair.twin));
      } else {
        step.applyTo(pair.map);
      }
      step.applyTo(pair.twin);
    }
  }
}
