package io.github.dirtyrange.interval.staged;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dirtyrange.interval.PageIntervalMap;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** A page that the filter knows wrongly would be lost, so it must never know one that is new. */
class PageFilterTest {

  private final StageLog log = new StageLog(16);
  private final WordCache cache = new WordCache();

  PageFilterTest() {
    log.grow(16);
  }

  @Test
  void forgetsWhenItIsTurnedOff() {
    PageFilter filter = new PageFilter(16);
    assertThat(filter.isOn()).isFalse();
    filter.turnOn();
    assertThat(filter.isOn()).isTrue();
    assertThat(knows(filter, 5, 1)).isFalse();
    assertThat(knows(filter, 5, 1)).isTrue();
    filter.turnOn();
    assertThat(knows(filter, 5, 1)).isTrue();
    filter.turnOff();
    assertThat(filter.isOn()).isFalse();
    filter.turnOn();
    assertThat(knows(filter, 5, 1)).isFalse();
  }

  /** All but pages is the cache's, in the order in which it came. */
  @Test
  void leavesWhatIsNoPage() {
    PageFilter filter = new PageFilter(16);
    filter.turnOn();
    cache.resize(4);
    log.clear();
    log.addPage(5, 1);
    log.addWord(9, 1, 3);
    log.addPage(5, 1);
    log.addRange(Op.ADD_RANGE, 1, 700, 900);
    log.addPage(6, 1);
    filter.condense(log, cache, 1);
    assertThat(log.size()).isEqualTo(3);
    assertThat(log.op(log.item(1))).isEqualTo(Op.ADD_RANGE);
    assertThat(cache.isEmpty()).isFalse();
  }

  @Test
  void tellsMasksApart() {
    PageFilter filter = new PageFilter(16);
    filter.turnOn();
    for (int code = 1; code < MaskPalette.MAX_CODES; code++) {
      assertThat(knows(filter, 77, code)).isFalse();
    }
  }

  @Test
  void neverKnowsANewPage() {
    for (int entries = 1; entries <= 1 << 16; entries *= 16) {
      PageFilter filter = new PageFilter(entries);
      filter.turnOn();
      Random random = new Random(entries);
      Set<Long> added = new HashSet<>();
      for (int i = 0; i < 50_000; i++) {
        long vpn = random.nextLong(1L << (1 + random.nextInt(52))) & -1L << random.nextInt(40);
        int code = 1 + random.nextInt(3);
        boolean isNew = added.add(vpn << 8 | code);
        assertThat(knows(filter, vpn, code) && isNew).as("page %s", vpn).isFalse();
      }
    }
  }

  /** The place 0 with the tag 0 is what an empty table looks like. */
  @Test
  void anEmptyPlaceKnowsNoPage() {
    PageFilter filter = new PageFilter(1);
    filter.turnOn();
    long inverse = 0x9E3779B97F4A7C15L;
    for (int i = 0; i < 6; i++) {
      inverse *= 2 - 0x9E3779B97F4A7C15L * inverse;
    }
    long keyOfTagZero = (1L << 31) * inverse & 0x7FFFFFFFL;
    assertThat(knows(filter, keyOfTagZero >>> 11, (int) keyOfTagZero & 0xFF)).isFalse();
  }

  @Test
  void hasNoMemoryBeforeItIsOnAndAfterItIsReleased() {
    PageFilter filter = new PageFilter(1 << 16);
    long empty = filter.memoryBytes();
    filter.turnOn();
    assertThat(filter.memoryBytes()).isEqualTo(empty + 16 + 4 * (1 << 16));
    filter.release();
    assertThat(filter.memoryBytes()).isEqualTo(empty);
    assertThat(filter.isOn()).isFalse();
  }

  @Test
  void aPageAddedAgainAfterItWasTakenOutIsThere() {
    isThereAgainAfter(map -> map.remove(5000, 5001));
    isThereAgainAfter(map -> map.removeBits(5000, 5001, 1));
    isThereAgainAfter(map -> map.move(5000, 5001, 1));
    isThereAgainAfter(map -> map.remove(0, PageIntervalMap.MAX_VPN));
    isThereAgainAfter(map -> map.drain((start, end, mask) -> {}));
    isThereAgainAfter(PageIntervalMap::clear);
  }

  /** Adds a page that the filter knows, for the log has been sealed and no chunk is dense. */
  private static void isThereAgainAfter(Consumer<PageIntervalMap> change) {
    PageIntervalMap map = new StagedIntervalMap(new StagedLimits(4, 4, 1 << 20, 8, 1000, 0, 16, 1));
    for (int filling = 0; filling < 3; filling++) {
      for (long vpn = 0; vpn < 100; vpn++) {
        map.add(1000 * vpn, 1);
      }
      map.add(5000, 1);
      change.accept(map);
      assertThat(map.get(5000)).isZero();
      map.add(5000, 1);
      assertThat(map.get(5000)).isEqualTo(1);
      map.drain((start, end, mask) -> {});
    }
  }

  private boolean knows(PageFilter filter, long vpn, int code) {
    log.clear();
    log.addPage(vpn, code);
    filter.condense(log, cache, code);
    return log.size() == 0;
  }
}
