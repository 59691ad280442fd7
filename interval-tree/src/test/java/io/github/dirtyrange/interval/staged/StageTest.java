package io.github.dirtyrange.interval.staged;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** How the stage grows, and when its cache does. */
class StageTest {

  private final Stage stage = new Stage(StagedLimits.DEFAULT, new MaskPalette());

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
      assertThat(stage.cacheWords()).isEqualTo(expected[1]);
    }
    assertThat(stage.grow()).isFalse();
  }

  @Test
  void neitherGrowsBeyondItsLimit() {
    Stage small = new Stage(new StagedLimits(100, 16, 1, 1, 1, 1, 1, 1), new MaskPalette());
    assertThat(small.grow()).isTrue();
    assertThat(small.cacheWords()).isEqualTo(16);
    assertThat(small.grow()).isTrue();
    assertThat(small.log().capacity()).isEqualTo(100);
    assertThat(small.cacheWords()).isEqualTo(16);
    assertThat(small.grow()).isFalse();
  }

  @Test
  void growingKeepsWhatTheCacheHolds() {
    Stage tiny = new Stage(new StagedLimits(256, 64, 1, 1, 1, 1, 1, 1), new MaskPalette());
    tiny.grow();
    for (int page = 0; page < 64; page++) {
      tiny.log().addPage(page, 1);
    }
    assertThat(tiny.log().isFull()).isTrue();
    assertThat(tiny.makeRoom()).isTrue();
    assertThat(tiny.log().size()).isZero();
    assertThat(tiny.isEmpty()).isFalse();
    assertThat(tiny.grow()).isTrue();
    assertThat(tiny.log().size()).isOne();
    assertThat(tiny.log().bits(tiny.log().item(0))).isEqualTo(-1);
  }

  /** Only when there is no room for as many raw items as there may be. */
  @Test
  void mustBeSealedWhenThereIsNoRoomForRawItems() {
    Stage tiny = new Stage(new StagedLimits(64, 4, 1, 1, 1, 1, 1, 1), new MaskPalette());
    tiny.grow();
    for (int word = 0; word < 48 + 4; word++) {
      if (tiny.log().isFull()) {
        assertThat(tiny.makeRoom()).isTrue();
      }
      tiny.log().addPage(640L * word, 1);
    }
    for (int word = 52; !tiny.log().isFull(); word++) {
      tiny.log().addPage(640L * word, 1);
    }
    assertThat(tiny.makeRoom()).isFalse();
  }

  @Test
  void everyChangeGetsAnotherVersion() {
    stage.grow();
    StageLog log = stage.log();
    long empty = log.version();
    log.addRange(Op.ADD_RANGE, 1, 5, 9);
    long ranged = log.version();
    assertThat(ranged).isGreaterThan(empty);
    log.addPage(7, 1);
    long added = log.version();
    assertThat(added).isGreaterThan(ranged);
    stage.flush();
    log.clear();
    assertThat(log.version()).isEqualTo(added);
    log.addPage(7, 1);
    assertThat(log.version()).isGreaterThan(added);
  }

  @Test
  void isEmptyWhenClearedAndHasNoRoomWhenReleased() {
    assertThat(stage.log().isFull()).isTrue();
    assertThat(stage.makeRoom()).isTrue();
    stage.log().addRange(Op.ADD_RANGE, 1, 5, 9);
    assertThat(stage.isEmpty()).isFalse();
    stage.clear();
    assertThat(stage.isEmpty()).isTrue();
    assertThat(stage.flush()).isTrue();
    assertThat(stage.log().size()).isZero();
    stage.release();
    assertThat(stage.log().capacity()).isZero();
    assertThat(stage.cacheWords()).isZero();
  }
}
