package io.github.dirtyrange.interval.staged;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dirtyrange.interval.MaskedRange;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RegionArrayTest {

  private static final long FLAG = 1L << 40;

  private final RegionArray regions = new RegionArray(100, FLAG);

  /** Its result is twice as long as what was there, and grows before that has been read. */
  @Test
  void aRangeOverManyRegionsAndGapsIsExact() {
    for (int i = 0; i < 28; i++) {
      addRange(10L * i, 10L * i + 1, 1);
    }
    addRange(0, 271, 2);
    assertThat(content()).hasSize(55).allMatch(region -> (region.mask() & FLAG) == 0);
    assertThat(content()).startsWith(new MaskedRange(0, 1, 3), new MaskedRange(1, 10, 2));
  }

  /** 29 regions in arrays for 56, of which the range makes 59. */
  @Test
  void aRangeOverAllIsExactInArraysThatAreNearlyHalfFull() {
    Additions pages = new Additions(27);
    for (int i = 0; i < 27; i++) {
      pages.add(10L * i, 1);
    }
    pages.sort();
    regions.add(pages, 27);
    addRange(270, 271, 1);
    addRange(280, 281, 1);
    addRange(0, 300, 2);
    assertThat(content()).hasSize(58).allMatch(region -> (region.mask() & FLAG) == 0);
  }

  @Test
  void appendsOnlyBehindAllRegionsAndUpToTheLimit() {
    assertThat(regions.append(10, 12, 1, 2)).isTrue();
    assertThat(regions.append(11, 13, 2, 2)).isFalse();
    assertThat(regions.append(5, 6, 2, 2)).isFalse();
    assertThat(regions.append(12, 14, 1, 2)).isTrue();
    assertThat(regions.append(14, 15, 2, 2)).isTrue();
    assertThat(regions.append(20, 21, 1, 2)).isFalse();
    assertThat(content()).containsExactly(new MaskedRange(10, 14, 1), new MaskedRange(14, 15, 2));
  }

  @Test
  void pagesThatSplitARegionAreExact() {
    addRange(0, 1000, 1);
    Additions pages = new Additions(20);
    for (int i = 0; i < 20; i++) {
      pages.add(10 + 10 * i, 2);
    }
    pages.sort();
    regions.add(pages, 20);
    assertThat(content()).hasSize(41).allMatch(region -> (region.mask() & FLAG) == 0);
  }

  /** What a region becomes when it takes in the next is what the one before it is already. */
  @Test
  void whatFindsNoRoomMayMakeTheRegionBeforeEqualToItsOwnNeighbour() {
    RegionArray tight = new RegionArray(4, FLAG);
    Additions range = new Additions(1);
    range.setRange(0, 1, 1);
    tight.add(range, 1);
    range.setRange(10, 11, 3 | FLAG);
    tight.add(range, 1);
    range.setRange(20, 21, 1);
    tight.add(range, 1);
    range.setRange(0, 21, 2);
    tight.add(range, 1);
    for (int i = 1; i < tight.size(); i++) {
      assertThat(tight.gapAfter(i - 1) == 0 && tight.mask(i - 1) == tight.mask(i))
          .as("regions %s and %s should be one", i - 1, i)
          .isFalse();
    }
    assertThat(tight.end(tight.size() - 1)).isEqualTo(21);
  }

  @Test
  void whatFindsNoRoomIsJoinedToTheRegionBeforeAndFlagged() {
    RegionArray tight = new RegionArray(4, FLAG);
    Additions range = new Additions(1);
    for (int i = 0; i < 3; i++) {
      range.setRange(10L * i, 10L * i + 1, 1);
      tight.add(range, 1);
    }
    range.setRange(0, 30, 2);
    tight.add(range, 1);
    assertThat(content(tight))
        .containsExactly(
            new MaskedRange(0, 1, 3),
            new MaskedRange(1, 10, 2),
            new MaskedRange(10, 11, 3),
            new MaskedRange(11, 30, 3 | FLAG));
  }

  @Test
  void joinsGapsBelowAndSoManyOfTheSameLength() {
    addRange(0, 1, 1);
    addRange(6, 7, 2);
    addRange(12, 13, 4);
    addRange(18, 19, 8);
    addRange(20, 21, 16);
    regions.join(5, 1);
    assertThat(content())
        .containsExactly(
            new MaskedRange(0, 7, 3 | FLAG),
            new MaskedRange(12, 13, 4),
            new MaskedRange(18, 21, 24 | FLAG));
  }

  @Test
  void neighboursThatJoiningMadeEqualAreOneRegion() {
    addRange(0, 1, 1);
    addRange(1, 2, 2);
    addRange(2, 3, 3 | FLAG);
    addRange(3, 4, 4);
    regions.join(0, 1);
    assertThat(content())
        .containsExactly(new MaskedRange(0, 3, 3 | FLAG), new MaskedRange(3, 4, 4));
  }

  @Test
  void joiningNothingIsHarmless() {
    regions.join(5, 1);
    assertThat(regions.size()).isZero();
  }

  @Test
  void keepsSomeBitsOfARangeAndDropsWhatHasTooFewLeft() {
    addRange(0, 10, 3 | FLAG);
    addRange(20, 30, 3);
    regions.mask(5, 25, ~2L, ~FLAG);
    assertThat(content())
        .containsExactly(
            new MaskedRange(0, 5, 3 | FLAG),
            new MaskedRange(5, 10, 1 | FLAG),
            new MaskedRange(20, 25, 1),
            new MaskedRange(25, 30, 3));
    regions.mask(0, 30, ~3L, ~FLAG);
    assertThat(content()).isEmpty();
  }

  @Test
  void findsTheFirstRegionThatEndsBehindAPage() {
    addRange(5, 10, 1);
    addRange(20, 30, 1);
    assertThat(regions.indexOf(0)).isZero();
    assertThat(regions.indexOf(9)).isZero();
    assertThat(regions.indexOf(10)).isOne();
    assertThat(regions.indexOf(29)).isOne();
    assertThat(regions.indexOf(30)).isEqualTo(2);
    assertThat(regions.gapAfter(0)).isEqualTo(10);
  }

  private void addRange(long start, long end, long mask) {
    Additions range = new Additions(1);
    range.setRange(start, end, mask);
    regions.add(range, 1);
  }

  private List<MaskedRange> content() {
    return content(regions);
  }

  private static List<MaskedRange> content(RegionArray regions) {
    List<MaskedRange> content = new ArrayList<>();
    for (int i = 0; i < regions.size(); i++) {
      content.add(new MaskedRange(regions.start(i), regions.end(i), regions.mask(i)));
    }
    return content;
  }
}
