package io.github.dirtyrange.interval.staged;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LogSealerTest {

  private static final int DENSE = 10;

  private final SegmentList segments = new SegmentList();
  private final ChunkBitmaps bitmaps = new ChunkBitmaps(8);
  private final LogSealer sealer =
      new LogSealer(new StagedLimits(1024, 64, 1, 1, DENSE, 8, 1), segments, bitmaps);
  private final StageLog log = new StageLog();

  LogSealerTest() {
    log.grow(1024);
  }

  @Test
  void theSegmentsMaskIsThatOfMostItems() {
    for (int i = 0; i < 300; i++) {
      addPage(i, i % 3 == 0 ? 1 : 2);
    }
    sealer.seal(log);
    assertThat(segments.all()).hasSize(1);
    assertThat(segments.all().get(0).ownCode).isEqualTo(2);
    assertThat(segments.all().get(0).unitCount).isEqualTo(1 + 300);
  }

  @Test
  void theSegmentsMaskMayBeThatOfTheFirstItems() {
    for (int i = 0; i < 100; i++) {
      addPage(i, i < 60 ? 3 : 2);
    }
    sealer.seal(log);
    assertThat(segments.all().get(0).ownCode).isEqualTo(3);
  }

  @Test
  void saysHowManyPerCentCameBackToAWord() {
    addPage(5, 1);
    addPage(70, 1);
    addPage(6, 1);
    addPage(7, 1);
    assertThat(sealer.seal(log)).isEqualTo(50);
  }

  @Test
  void denseChunksGetABitmapForEachMaskThere() {
    for (int i = 0; i < DENSE; i++) {
      addPage(i, i < 7 ? 1 : 2);
      if (i > 0) {
        addPage(Chunk.PAGES + i, 1);
      }
    }
    sealer.seal(log);
    assertThat(bitmaps.add(9, 1, 1)).isTrue();
    assertThat(bitmaps.add(9, 2, 1)).isTrue();
    assertThat(bitmaps.add(9, 3, 1)).isFalse();
    assertThat(bitmaps.add(Chunk.WORDS, 1, 1)).isFalse();
  }

  @Test
  void aMaskThatIsNotTheSegmentsGetsABitmapToo() {
    for (int i = 0; i < 100; i++) {
      addPage(3L * i, i < DENSE ? 1 : 2);
      addPage(3L * i + 5L * Chunk.PAGES, 2);
    }
    for (int i = 0; i < DENSE; i++) {
      addPage(i + 9L * Chunk.PAGES, 1);
    }
    sealer.seal(log);
    assertThat(bitmaps.add(0, 1, 1)).isTrue();
    assertThat(bitmaps.add(0, 2, 1)).isTrue();
    assertThat(bitmaps.add(5L * Chunk.WORDS, 1, 1)).isFalse();
    assertThat(bitmaps.add(9L * Chunk.WORDS, 1, 1)).isTrue();
    assertThat(bitmaps.add(9L * Chunk.WORDS, 2, 1)).isTrue();
  }

  private void addPage(long vpn, int code) {
    log.addWord(WordCache.key(vpn >>> 6, code), 1L << vpn);
  }
}
