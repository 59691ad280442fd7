package io.github.dirtyrange.interval.staged;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class AdditionsTest {

  private final Additions additions = new Additions(20);

  @Test
  void aPageAddedAgainTakesNoRoom() {
    Additions one = new Additions(1);
    assertThat(one.add(5, 1)).isTrue();
    assertThat(one.add(5, 1)).isTrue();
    assertThat(one.size()).isOne();
    assertThat(one.add(5, 2)).isFalse();
    assertThat(one.add(6, 1)).isFalse();
  }

  @Test
  void takesSixteenMasks() {
    for (int mask = 1; mask <= 16; mask++) {
      assertThat(additions.add(5, mask)).isTrue();
    }
    assertThat(additions.add(5, 17)).isFalse();
    assertThat(additions.add(6, 16)).isTrue();
    additions.clear();
    assertThat(additions.size()).isZero();
    assertThat(additions.add(5, 17)).isTrue();
  }

  @Test
  void readsPagesInOrderWithTheMasksOfAllTheirAdditions() {
    additions.add(9, 4);
    additions.add(5, 1);
    additions.add(9, 2);
    additions.sort();
    assertThat(additions.next()).isTrue();
    assertNow(5, 6, 1);
    assertThat(additions.from(6)).isTrue();
    assertNow(9, 10, 6);
    assertThat(additions.from(10)).isFalse();
  }

  @Test
  void readsOneRangeInParts() {
    additions.setRange(5, 100, 3);
    assertThat(additions.next()).isTrue();
    assertNow(5, 100, 3);
    assertThat(additions.from(40)).isTrue();
    assertNow(40, 100, 3);
    assertThat(additions.from(100)).isFalse();
  }

  private void assertNow(long start, long end, long mask) {
    assertThat(additions.start()).isEqualTo(start);
    assertThat(additions.end()).isEqualTo(end);
    assertThat(additions.mask()).isEqualTo(mask);
  }
}
