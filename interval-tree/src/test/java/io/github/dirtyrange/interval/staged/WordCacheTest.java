package io.github.dirtyrange.interval.staged;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class WordCacheTest {

  private static final long KEY = WordCache.key(7, 1);

  private final WordCache cache = new WordCache();
  private final StageLog log = new StageLog();

  WordCacheTest() {
    cache.resize(32);
    log.grow(16);
  }

  @Test
  void aKeyKeepsItsWordAndItsCode() {
    long word = (1L << 46) - 1;
    long key = WordCache.key(word, 255);
    assertThat(WordCache.wordOf(key)).isEqualTo(word);
    assertThat(WordCache.codeOf(key)).isEqualTo(255);
  }

  @Test
  void mergesOnlyIntoAWordThatIsHere() {
    assertThat(cache.merge(KEY, 1)).isFalse();
    assertThat(cache.isEmpty()).isTrue();
    assertThat(cache.insert(KEY, 1, log)).isTrue();
    assertThat(cache.merge(KEY, 1)).isTrue();
    assertThat(cache.merge(KEY, 6)).isTrue();
    assertThat(cache.insertions()).isOne();
    assertThat(cache.isEmpty()).isFalse();
    assertThat(cache.flush(log)).isTrue();
    assertThat(log.size()).isOne();
    assertThat(log.bits(log.item(0))).isEqualTo(7);
    assertThat(cache.isEmpty()).isTrue();
    assertThat(cache.merge(KEY, 1)).isFalse();
  }

  @Test
  void wordsNextToEachOtherDoNotDriveEachOtherOut() {
    for (long word = 1000; word < 1016; word++) {
      cache.insert(WordCache.key(word, 1), 1, log);
    }
    assertThat(log.size()).isZero();
    assertThat(LongStream.range(1000, 1016).allMatch(w -> cache.merge(WordCache.key(w, 1), 2)))
        .isTrue();
  }

  @Test
  void whatIsDrivenOutGoesToTheLog() {
    cache.resize(2);
    for (long word = 1; word <= 10; word++) {
      assertThat(cache.insert(WordCache.key(word, 1), 1, log)).isTrue();
    }
    assertThat(log.size()).isBetween(8, 9);
  }

  @Test
  void insertsNothingIntoAFullLog() {
    StageLog full = new StageLog();
    assertThat(cache.insert(KEY, 1, full)).isFalse();
    assertThat(cache.isEmpty()).isTrue();
    assertThat(cache.insertions()).isZero();
  }

  @Test
  void goesOnFlushingWhereTheLogRanFull() {
    for (long word = 0; word < 20; word++) {
      cache.insert(WordCache.key(word, 1), 1, log);
    }
    int early = log.size();
    assertThat(cache.flush(log)).isFalse();
    assertThat(log.size()).isEqualTo(16);
    log.clear();
    assertThat(cache.flush(log)).isTrue();
    assertThat(log.size()).isEqualTo(20 - (16 - early) - early);
  }

  /** Seven words of three codes, looked up one by one or, in a small cache, all at once. */
  @Test
  void removesPagesOfEveryCodeInEitherWay() {
    for (int words : new int[] {16, 1024}) {
      cache.resize(words);
      log.grow(64);
      log.clear();
      for (long word = 1000; word < 1003; word++) {
        for (int code = 1; code <= 3; code++) {
          cache.insert(WordCache.key(word, code), -1, log);
        }
      }
      int drivenOut = log.size();
      long start = 1000 * 64 + 1;
      long end = 1002 * 64 + 63;
      cache.remove(start, end, 3);
      cache.flush(log);
      for (int i = drivenOut; i < log.size(); i++) {
        long item = log.item(i);
        long expected = StageLog.word(item) == 1000 ? 1 : 1L << 63;
        assertThat(log.bits(item)).isEqualTo(expected);
        assertThat(StageLog.word(item)).isNotEqualTo(1001);
      }
      assertThat(log.size() - drivenOut).isPositive();
    }
  }

  @Test
  void clearingForgetsAndKeepsTheSize() {
    cache.insert(KEY, 1, log);
    cache.clear();
    assertThat(cache.isEmpty()).isTrue();
    assertThat(cache.merge(KEY, 1)).isFalse();
    assertThat(cache.words()).isEqualTo(32);
    cache.insert(KEY, 1, log);
    cache.release();
    assertThat(cache.isEmpty()).isTrue();
    assertThat(cache.words()).isZero();
    assertThat(cache.merge(KEY, 1)).isFalse();
  }

  @Test
  void isNeverSmallerThanTwoWords() {
    cache.resize(0);
    assertThat(cache.words()).isEqualTo(2);
  }
}
