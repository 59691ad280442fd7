package io.github.dirtyrange.interval.staged;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dirtyrange.interval.MaskedRange;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ChunkBitmapsTest {

  private static final int MOST = 100;
  private static final long CHUNK_5 = 5L * Chunk.PAGES;

  private final ChunkBitmaps bitmaps = new ChunkBitmaps(MOST);
  private final MaskPalette palette = new MaskPalette();
  private final StageLog log = new StageLog(16);

  ChunkBitmapsTest() {
    log.grow(16);
    palette.codeOf(1);
    palette.codeOf(2);
  }

  @Test
  void takesPagesOfOpenedChunksAndMasksOnly() {
    bitmaps.open(5, 1);
    assertThat(add(CHUNK_5 + 77, 1)).isTrue();
    assertThat(add(CHUNK_5 + 77, 2)).isFalse();
    assertThat(add(CHUNK_5 - 1, 1)).isFalse();
    assertThat(add(CHUNK_5 + Chunk.PAGES, 1)).isFalse();
    assertThat(content(0)).containsExactly(page(CHUNK_5 + 77, 1));
  }

  @Test
  void opensAsManyAsItMay() {
    for (int chunk = 0; chunk < MOST + 10; chunk++) {
      bitmaps.open(chunk, 1);
      bitmaps.open(chunk, 1);
    }
    for (long chunk = 0; chunk < MOST + 10; chunk++) {
      assertThat(add(chunk * Chunk.PAGES, 1)).isEqualTo(chunk < MOST);
    }
    assertThat(content(0)).hasSize(MOST);
  }

  @Test
  void walksChunksInOrderFromWhereItIsTold() {
    for (long chunk : new long[] {900, 3, 40, 5}) {
      bitmaps.open(chunk, 1);
      bitmaps.open(chunk, 2);
      add(chunk * Chunk.PAGES, 1);
      add(chunk * Chunk.PAGES + 9, 2);
    }
    assertThat(content(5))
        .containsExactly(
            page(CHUNK_5, 1),
            page(CHUNK_5 + 9, 2),
            page(40L * Chunk.PAGES, 1),
            page(40L * Chunk.PAGES + 9, 2),
            page(900L * Chunk.PAGES, 1),
            page(900L * Chunk.PAGES + 9, 2));
    assertThat(content(901)).isEmpty();
  }

  @Test
  void removesWithLookupsInFewChunksAndWithAPassOverManyAlike() {
    for (int lastCode : new int[] {2, 1000}) {
      for (long chunk = 4; chunk < 7; chunk++) {
        bitmaps.open(chunk, 1);
        bitmaps.open(chunk, 2);
        for (long page = 0; page < Chunk.PAGES; page++) {
          add(chunk * Chunk.PAGES + page, 1);
          add(chunk * Chunk.PAGES + page, 2);
        }
      }
      bitmaps.remove(CHUNK_5 - 3, CHUNK_5 + Chunk.PAGES + 70, lastCode);
      assertThat(content(0))
          .containsExactly(
              new MaskedRange(4L * Chunk.PAGES, CHUNK_5 - 3, 3),
              new MaskedRange(CHUNK_5 + Chunk.PAGES + 70, 7L * Chunk.PAGES, 3));
      bitmaps.close();
    }
  }

  @Test
  void meetsRangesThatReachIntoAChunk() {
    bitmaps.open(5, 1);
    long end = CHUNK_5 + Chunk.PAGES;
    assertThat(bitmaps.meets(CHUNK_5 - 9, CHUNK_5)).isFalse();
    assertThat(bitmaps.meets(CHUNK_5 - 9, CHUNK_5 + 1)).isTrue();
    assertThat(bitmaps.meets(end - 1, end + 9)).isTrue();
    assertThat(bitmaps.meets(end, end + 9)).isFalse();
  }

  @Test
  void emptiedOnesStayOpenIfTheyWereDense() {
    bitmaps.open(5, 1);
    bitmaps.open(6, 1);
    fill(CHUNK_5, 256);
    fill(CHUNK_5 + Chunk.PAGES, 255);
    bitmaps.empty();
    assertThat(bitmaps.isEmpty()).isTrue();
    assertThat(content(0)).isEmpty();
    assertThat(add(CHUNK_5 + Chunk.PAGES, 1)).isFalse();
    assertThat(add(CHUNK_5, 1)).isTrue();
    assertThat(content(0)).containsExactly(page(CHUNK_5, 1));
  }

  @Test
  void closedOnesAreBlankWhenTheyAreOpenedAnew() {
    for (int chunk = 0; chunk < 40; chunk++) {
      bitmaps.open(chunk, 1);
      fill((long) chunk * Chunk.PAGES, 300);
    }
    long full = bitmaps.memoryBytes();
    bitmaps.close();
    assertThat(bitmaps.isEmpty()).isTrue();
    assertThat(bitmaps.isOpen(0, 1)).isFalse();
    for (int chunk = 60; chunk < 100; chunk++) {
      bitmaps.open(chunk, 1);
    }
    assertThat(add(70L * Chunk.PAGES + 5, 1)).isTrue();
    assertThat(content(0)).containsExactly(page(70L * Chunk.PAGES + 5, 1));
    assertThat(bitmaps.memoryBytes()).isLessThan(full + 2048);
  }

  @Test
  void releasedOnesTakeNoMemory() {
    bitmaps.open(5, 1);
    bitmaps.release();
    assertThat(bitmaps.memoryBytes()).isLessThan(100);
  }

  @Test
  void takesWordsAndRemovesWhatTheLogRemovesAndLeavesTheRest() {
    bitmaps.open(5, 1);
    log.addPage(CHUNK_5 + 3, 1);
    log.addWord(CHUNK_5 >>> 6, 1, 0b110110);
    log.addWord(CHUNK_5 >>> 6, 2, 0b11);
    log.addPage(3, 1);
    log.addRange(Op.REMOVE_RANGE, 0, CHUNK_5 + 1, CHUNK_5 + 5);
    log.addPage(CHUNK_5 + 2, 1);
    assertThat(bitmaps.condense(log, 2)).isEqualTo(3);
    assertThat(log.code(log.item(0))).isEqualTo(2);
    assertThat(StageLog.word(log.item(1))).isZero();
    assertThat(log.op(log.item(2))).isEqualTo(Op.REMOVE_RANGE);
    assertThat(content(0)).containsExactly(page(CHUNK_5 + 2, 1), page(CHUNK_5 + 5, 1));
  }

  @Test
  void isEmptyUntilItHasTakenSomething() {
    bitmaps.open(5, 1);
    assertThat(bitmaps.hasNone()).isFalse();
    assertThat(add(CHUNK_5, 2)).isFalse();
    assertThat(bitmaps.isEmpty()).isTrue();
    assertThat(add(CHUNK_5, 1)).isTrue();
    assertThat(bitmaps.isEmpty()).isFalse();
    bitmaps.empty();
    assertThat(bitmaps.isEmpty()).isTrue();
    assertThat(bitmaps.hasNone()).isTrue();
  }

  private void fill(long start, int pages) {
    for (long vpn = start; vpn < start + pages; vpn++) {
      assertThat(add(vpn, 1)).isTrue();
    }
  }

  private boolean add(long vpn, int code) {
    log.clear();
    log.addPage(vpn, code);
    return bitmaps.condense(log, 2) == 0;
  }

  private List<MaskedRange> content(long fromChunk) {
    List<MaskedRange> regions = new ArrayList<>();
    RegionJoiner out =
        new RegionJoiner((s, e, mask) -> regions.add(new MaskedRange(s, e, mask)), Long.MAX_VALUE);
    ChunkPlanes planes = new ChunkPlanes(palette);
    bitmaps.beginWalk(fromChunk);
    while (bitmaps.chunk() != SegmentMerge.NONE) {
      long chunk = bitmaps.chunk();
      bitmaps.takeChunk(planes);
      planes.emit(Chunk.startVpn(chunk), out);
    }
    out.finish();
    return regions;
  }

  private static MaskedRange page(long vpn, long mask) {
    return new MaskedRange(vpn, vpn + 1, mask);
  }
}
