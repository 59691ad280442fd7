package io.github.dirtyrange.interval.staged;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class WordRepeatsTest {

  private final WordRepeats repeats = new WordRepeats();
  private final StageLog log = new StageLog();

  WordRepeatsTest() {
    log.grow(64);
  }

  @Test
  void saysHowManyPerCentCameBackToAWord() {
    for (int word : new int[] {3, 70, 500, 3, 511, 70, 3, 1}) {
      log.addWord(WordCache.key(word, 1), 1);
    }
    repeats.sample(log, 0, 8);
    assertThat(repeats.takePercent()).isEqualTo(37);
    assertThat(repeats.takePercent()).isZero();
  }

  @Test
  void aChunkForgetsTheWordsOfTheOneBefore() {
    log.addWord(WordCache.key(3, 1), 1);
    for (int chunk = 0; chunk < 9; chunk++) {
      repeats.sample(log, 0, 1);
    }
    assertThat(repeats.takePercent()).isZero();
  }

  @Test
  void countsEveryEighthChunk() {
    log.addWord(WordCache.key(3, 1), 1);
    log.addWord(WordCache.key(3, 1), 1);
    log.addWord(WordCache.key(4, 1), 1);
    repeats.sample(log, 0, 2);
    for (int chunk = 1; chunk < 8; chunk++) {
      repeats.sample(log, 1, 3);
    }
    repeats.sample(log, 1, 3);
    assertThat(repeats.takePercent()).isEqualTo(25);
    repeats.sample(log, 1, 3);
    assertThat(repeats.takePercent()).isZero();
  }
}
