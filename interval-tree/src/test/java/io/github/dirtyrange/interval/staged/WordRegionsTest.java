package io.github.dirtyrange.interval.staged;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dirtyrange.interval.MaskedRange;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class WordRegionsTest {

  private final List<MaskedRange> regions = new ArrayList<>();
  private final RegionJoiner out = joiner(Long.MAX_VALUE);

  @Property
  void readsEveryPagesMasks(@ForAll long seed, @ForAll @IntRange(min = 1, max = 4) int count) {
    Random random = new Random(seed);
    long[] masks = {1, 2, 4, 9};
    long[] words = new long[4];
    for (int i = 0; i < 4; i++) {
      int from = random.nextInt(64);
      long run = Chunk.bits(from, from + 1 + random.nextInt(64 - from));
      words[i] = random.nextInt(3) == 0 ? random.nextLong() : run;
    }
    regions.clear();
    WordRegions.emit(640, words, masks, count, out);
    out.finish();
    DenseTwin twin = new DenseTwin(640, 64);
    for (int page = 0; page < 64; page++) {
      for (int i = 0; i < count; i++) {
        if ((words[i] >>> page & 1) != 0) {
          twin.add(640 + page, 641 + page, masks[i]);
        }
      }
    }
    assertThat(regions).isEqualTo(twin.regions());
  }

  @Property
  void readsTheRunsOfOneWord(@ForAll long word) {
    long[] words = {word};
    regions.clear();
    WordRegions.emit(640, word, 5, out);
    out.finish();
    List<MaskedRange> one = List.copyOf(regions);
    regions.clear();
    WordRegions.emit(640, words, new long[] {5}, 1, out);
    out.finish();
    assertThat(one).isEqualTo(regions);
    assertThat(Regions.pages(one)).isEqualTo(Long.bitCount(word));
  }

  @Example
  void readsWholeAndEmptyWords() {
    WordRegions.emit(0, -1, 5, out);
    WordRegions.emit(64, 0, 5, out);
    WordRegions.emit(128, new long[] {-1, -1}, new long[] {1, 2}, 2, out);
    WordRegions.emit(192, new long[] {0, 0}, new long[] {1, 2}, 2, out);
    out.finish();
    assertThat(regions).containsExactly(new MaskedRange(0, 64, 5), new MaskedRange(128, 192, 3));
  }

  @Example
  void aWordOfItsLastPageOnlyIsOneOfTwo() {
    WordRegions.emit(0, new long[] {1L << 63, 0b101}, new long[] {1, 2}, 2, out);
    out.finish();
    assertThat(regions)
        .containsExactly(
            new MaskedRange(0, 1, 2), new MaskedRange(2, 3, 2), new MaskedRange(63, 64, 1));
  }

  @Example
  void aJoinerJoinsAndCountsWhatItHandsOut() {
    RegionJoiner two = joiner(2);
    two.accept(0, 5, 1);
    two.accept(5, 9, 1);
    assertThat(regions).isEmpty();
    two.accept(9, 10, 2);
    assertThat(two.isSated()).isFalse();
    two.accept(11, 12, 2);
    assertThat(two.isSated()).isTrue();
    two.finish();
    assertThat(regions).containsExactly(new MaskedRange(0, 9, 1), new MaskedRange(9, 10, 2));
  }

  private RegionJoiner joiner(long limit) {
    return new RegionJoiner((s, e, mask) -> regions.add(new MaskedRange(s, e, mask)), limit);
  }
}
