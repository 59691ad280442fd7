package io.github.dirtyrange.interval.staged;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** How the stage grows, and when its cache does. */
class StageTest {

  private final Stage stage = new Stage(StagedLimits.DEFAULT);

  @Test
  void logGrowsFourfoldAndTheCacheWithIt() {
    int[][] capacityAndWords = {
      {64, 32},
      {256, 128},
      {1024, 512},
      {4096, 2048},
      {16_384, 8192},
      {65_536, 8192},
      {131_072, 8192}
    };
    for (int[] expected : capacityAndWords) {
      assertThat(stage.grow()).isTrue();
      assertThat(stage.log().capacity()).isEqualTo(expected[0]);
      assertThat(stage.cache().words()).isEqualTo(expected[1]);
    }
    assertThat(stage.grow()).isFalse();
  }

  @Test
  void neitherGrowsBeyondItsLimit() {
    Stage small = new Stage(new StagedLimits(100, 16, 1, 1, 1, 1, 1, 1));
    assertThat(small.grow()).isTrue();
    assertThat(small.cache().words()).isEqualTo(16);
    assertThat(small.grow()).isTrue();
    assertThat(small.log().capacity()).isEqualTo(100);
    assertThat(small.cache().words()).isEqualTo(16);
    assertThat(small.grow()).isFalse();
  }

  @Test
  void growingKeepsWhatTheCacheHolds() {
    stage.grow();
    long key = WordCache.key(7, 1);
    assertThat(stage.insert(key, 3)).isTrue();
    stage.grow();
    assertThat(stage.log().size()).isOne();
    assertThat(stage.cache().merge(key, 4)).isFalse();
    assertThat(stage.isEmpty()).isFalse();
  }

  @Test
  void everyChangeGetsAnotherVersion() {
    stage.grow();
    long empty = stage.version();
    stage.addRange(Op.ADD_RANGE, 1, 5, 9);
    long ranged = stage.version();
    assertThat(ranged).isGreaterThan(empty);
    stage.insert(WordCache.key(7, 1), 1);
    assertThat(stage.version()).isGreaterThan(ranged);
  }

  @Test
  void takesNoRangeWithoutRoom() {
    assertThat(stage.addRange(Op.ADD_RANGE, 1, 5, 9)).isFalse();
    assertThat(stage.isEmpty()).isTrue();
    stage.grow();
    assertThat(stage.addRange(Op.ADD_RANGE, 1, 5, 9)).isTrue();
    assertThat(stage.isEmpty()).isFalse();
    stage.insert(WordCache.key(7, 1), 3);
    stage.clear();
    assertThat(stage.isEmpty()).isTrue();
    assertThat(stage.flushCache()).isTrue();
    assertThat(stage.log().size()).isZero();
    stage.release();
    assertThat(stage.log().capacity()).isZero();
    assertThat(stage.cache().words()).isZero();
  }
}
