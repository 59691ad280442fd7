package io.github.dirtyrange.interval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.state.Action;
import net.jqwik.api.state.ActionChain;
import net.jqwik.api.state.Transformer;
import org.junit.jupiter.api.Test;

class TreeIntervalMapTest {

  private static final int SPACE = 64;

  @Property(tries = 2000)
  void agreesWithDenseTwinThroughAnyChain(@ForAll("chains") ActionChain<Pair> chain) {
    chain
        .withInvariant(
            "same regions", pair -> assertThat(Region.of(pair.map)).isEqualTo(pair.twin.regions()))
        .withInvariant("same counts", TreeIntervalMapTest::assertSameCounts)
        .run();
  }

  private static void assertSameCounts(Pair pair) {
    assertThat(pair.map.rangeCount()).isEqualTo(pair.twin.regions().size());
    assertThat(pair.map.pageCount()).isEqualTo(pair.twin.pageCount());
    assertThat(pair.map.isEmpty()).isEqualTo(pair.twin.pageCount() == 0);
    for (long vpn = 0; vpn < SPACE; vpn++) {
      assertThat(pair.map.get(vpn)).isEqualTo(pair.twin.get(vpn));
    }
  }

  @Provide
  Arbitrary<ActionChain<Pair>> chains() {
    return ActionChain.startWith(Pair::new)
        .withAction(4, new Add())
        .withAction(1, new Remove())
        .withAction(1, new RemoveBits())
        .withAction(1, new Window())
        .withMaxTransformations(40);
  }

  @Test
  void joinsEqualNeighbours() {
    PageIntervalMap map = PageIntervalMap.create();
    map.add(0, 3, 1);
    map.add(5, 7, 1);
    map.add(3, 5, 1);
    assertThat(Region.of(map)).containsExactly(new Region(0, 7, 1));
  }

  @Test
  void holdsTheWholeSpace() {
    PageIntervalMap map = PageIntervalMap.create();
    map.add(0, PageIntervalMap.MAX_VPN, -1);
    map.remove(7, 8);
    assertThat(Region.drained(map))
        .containsExactly(new Region(0, 7, -1), new Region(8, PageIntervalMap.MAX_VPN, -1));
    assertThat(map.isEmpty()).isTrue();
  }

  @Test
  void refusesRangesThatAreEmptyReversedOrOutside() {
    PageIntervalMap map = PageIntervalMap.create();
    assertThatThrownBy(() -> map.add(3, 3, 1)).hasMessageContaining("[3, 3) is empty");
    assertThatThrownBy(() -> map.remove(3, 2)).hasMessageContaining("reversed");
    assertThatThrownBy(() -> map.add(-1, 3, 1)).hasMessageContaining("outside [0, 2^52)");
    assertThatThrownBy(() -> map.add(0, PageIntervalMap.MAX_VPN + 1, 1))
        .hasMessageContaining("outside");
    assertThatThrownBy(() -> map.add(0, 1, 0)).hasMessageContaining("mask of 0");
    assertThat(map.isEmpty()).isTrue();
  }

  private record Range(long start, long end, long mask) {}

  private static Arbitrary<Range> ranges() {
    Arbitrary<Integer> edge = Arbitraries.integers().between(0, SPACE);
    Arbitrary<Long> mask = Arbitraries.of(1L, 2L, 3L, 4L, 1L << 63);
    return Combinators.combine(edge, edge, mask)
        .as((a, b, bits) -> new Range(Math.min(a, b), Math.max(a, b), bits))
        .filter(range -> range.start < range.end);
  }

  private static final class Pair {
    final TreeIntervalMap map = new TreeIntervalMap();
    final DenseTwin twin = new DenseTwin(0, SPACE);

    @Override
    public String toString() {
      return twin.regions().toString();
    }
  }

  private static final class Add implements Action.Independent<Pair> {
    @Override
    public Arbitrary<Transformer<Pair>> transformer() {
      return ranges()
          .map(
              r ->
                  Transformer.mutate(
                      "add " + r,
                      pair -> {
                        pair.map.add(r.start, r.end, r.mask);
                        pair.twin.add(r.start, r.end, r.mask);
                      }));
    }
  }

  private static final class Remove implements Action.Independent<Pair> {
    @Override
    public Arbitrary<Transformer<Pair>> transformer() {
      return ranges()
          .map(
              r ->
                  Transformer.mutate(
                      "remove " + r,
                      pair -> {
                        pair.map.remove(r.start, r.end);
                        pair.twin.remove(r.start, r.end);
                      }));
    }
  }

  private static final class RemoveBits implements Action.Independent<Pair> {
    @Override
    public Arbitrary<Transformer<Pair>> transformer() {
      return ranges()
          .map(
              r ->
                  Transformer.mutate(
                      "remove bits " + r,
                      pair -> {
                        pair.map.removeBits(r.start, r.end, r.mask);
                        pair.twin.removeBits(r.start, r.end, r.mask);
                      }));
    }
  }

  private static final class Window implements Action.Independent<Pair> {
    @Override
    public Arbitrary<Transformer<Pair>> transformer() {
      return ranges()
          .map(
              r ->
                  Transformer.mutate(
                      "visit " + r,
                      pair -> {
                        List<Region> expected = pair.twin.regions(r.start, r.end);
                        assertThat(Region.of(pair.map, r.start, r.end)).isEqualTo(expected);
                      }));
    }
  }
}
