package io.github.dirtyrange.interval.staged;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class WordCacheTest {

  private static final int CODES = 3;

  private final WordCache cache = new WordCache();
  private final StageLog log = new StageLog(64);

  WordCacheTest() {
    cache.resize(32);
    log.grow(64);
  }

  @Test
  void aWordsKeyIsThatOfAllItsPages() {
    long word = (1L << 46) - 1;
    log.addPage(word << 6 | 63, 255);
    long key = StageLog.keyOfPage(log.item(0));
    assertThat(key).isEqualTo(StageLog.keyOf(word, 255));
    assertThat(StageLog.word(key)).isEqualTo(word);
    assertThat(StageLog.codeOfPage(key)).isEqualTo(255);
  }

  @Test
  void pagesOfAWordMerge() {
    assertThat(cache.isEmpty()).isTrue();
    log.addPage(7 * 64, 1);
    log.addPage(7 * 64 + 2, 1);
    log.addWord(7, 1, 0b11010);
    log.addPage(7 * 64 + 2, 1);
    condense();
    assertThat(log.size()).isZero();
    assertThat(cache.isEmpty()).isFalse();
    assertThat(cache.flush(log)).isTrue();
    assertThat(log.size()).isOne();
    assertThat(log.bits(log.item(0))).isEqualTo(0b11111);
    assertThat(cache.isEmpty()).isTrue();
    assertThat(cache.flush(log)).isTrue();
    assertThat(log.size()).isOne();
  }

  @Test
  void pagesOfTwoMasksDoNot() {
    log.addPage(7, 1);
    log.addPage(8, 2);
    condense();
    cache.flush(log);
    assertThat(log.size()).isEqualTo(2);
    assertThat(log.code(log.item(0)) + log.code(log.item(1))).isEqualTo(1 + 2);
  }

  @Test
  void wordsNextToEachOtherDoNotDriveEachOtherOut() {
    for (long word = 1000; word < 1016; word++) {
      log.addPage(word << 6, 1);
    }
    condense();
    assertThat(log.size()).isZero();
  }

  @Test
  void whatIsDrivenOutStaysInTheLog() {
    cache.resize(2);
    for (long word = 1; word <= 10; word++) {
      log.addPage(word << 6, 1);
    }
    condense();
    assertThat(log.size()).isBetween(8, 9);
    assertThat(log.rawFrom()).isEqualTo(log.size());
  }

  @Test
  void rangesStayInTheLogBehindWhatCameBefore() {
    cache.resize(2);
    for (long word = 1; word <= 10; word++) {
      log.addPage(word << 6, 1);
    }
    log.addRange(Op.CLEAR_RANGE, 1, 0, 9999);
    log.addPage(5, 1);
    condense();
    assertThat(log.op(log.item(log.size() - 1))).isIn(Op.CLEAR_RANGE, Op.ADD_WORD);
    assertThat(log.rangeCount()).isOne();
  }

  @Test
  void goesOnFlushingWhereTheLogRanFull() {
    StageLog small = new StageLog(8);
    small.grow(8);
    for (long word = 0; word < 20; word++) {
      log.addPage(word << 6, 1);
    }
    condense();
    int early = log.size();
    assertThat(cache.flush(small)).isFalse();
    assertThat(small.size()).isEqualTo(8);
    small.clear();
    small.grow(32);
    assertThat(cache.flush(small)).isTrue();
    assertThat(small.size()).isEqualTo(20 - 8 - early);
  }

  /** Three words of three codes, looked up one by one or, in a small cache, all at once. */
  @Test
  void removesPagesOfEveryCodeInEitherWay() {
    for (int words : new int[] {16, 1024}) {
      cache.resize(words);
      log.clear();
      for (long word = 1000; word < 1003; word++) {
        for (int code = 1; code <= CODES; code++) {
          log.addWord(word, code, -1);
        }
      }
      condense();
      int drivenOut = log.size();
      log.addRange(Op.REMOVE_RANGE, 0, 1000 * 64 + 1, 1002 * 64 + 63);
      condense();
      cache.flush(log);
      assertThat(log.op(log.item(drivenOut))).isEqualTo(Op.REMOVE_RANGE);
      for (int i = drivenOut + 1; i < log.size(); i++) {
        long item = log.item(i);
        long expected = StageLog.word(item) == 1000 ? 1 : 1L << 63;
        assertThat(log.bits(item)).isEqualTo(expected);
        assertThat(StageLog.word(item)).isNotEqualTo(1001);
      }
      assertThat(log.size() - drivenOut).isGreaterThan(1);
    }
  }

  @Test
  void clearingForgetsAndKeepsTheSize() {
    log.addPage(7, 1);
    condense();
    cache.clear();
    assertThat(cache.isEmpty()).isTrue();
    assertThat(cache.flush(log)).isTrue();
    assertThat(log.size()).isZero();
    assertThat(cache.words()).isEqualTo(32);
    log.addPage(7, 1);
    condense();
    cache.release();
    assertThat(cache.isEmpty()).isTrue();
    assertThat(cache.words()).isZero();
  }

  @Test
  void isNeverSmallerThanTwoWords() {
    cache.resize(0);
    assertThat(cache.words()).isEqualTo(2);
  }

  private void condense() {
    cache.condense(log, CODES);
  }
}
