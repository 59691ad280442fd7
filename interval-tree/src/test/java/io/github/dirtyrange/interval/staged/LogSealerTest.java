package io.github.dirtyrange.interval.staged;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LogSealerTest {

  private static final int DENSE = 10;

  private final SegmentList segments = new SegmentList();
  private final ChunkBitmaps bitmaps = new ChunkBitmaps(8);
  private final LogSealer sealer =
      new LogSealer(new StagedLimits(1024, 64, 1, 1, DENSE, 8, 1, 1), segments, bitmaps);
  private final StageLog log = new StageLog(1024);

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
    assertThat(segments.all().get(0).unitCount).isEqualTo(200 + 2 * 100);
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
  void operationsOfAChunkKeepTheirOrderAndTheirKind() {
    addPage(Chunk.PAGES + 3, 2);
    log.addWord(1, 2, 0x1FFF);
    log.addRange(Op.REMOVE_RANGE, 0, 5, 90);
    addPage(Chunk.PAGES + 1, 2);
    addPage(7, 3);
    log.addWord(1, 2, 3);
    log.addWord(9, 2, -1);
    sealer.seal(log);
    Segment segment = segments.all().get(0);
    assertThat(segment.chunkCount).isEqualTo(2);
    assertThat(units(segment, 0))
        .containsExactly(
            header(Op.ADD_WORD, 2),
            1,
            0x1FFF,
            0,
            0,
            0,
            header(Op.REMOVE_RANGE, 0),
            5,
            89,
            header(Op.PAGE, 3),
            7,
            64,
            65,
            header(Op.ADD_RANGE, 2),
            576,
            639);
    assertThat(units(segment, 1)).containsExactly(3, 1);
  }

  /** Chunks too far apart to be counted in one table, and then for one segment. */
  @Test
  void chunksFarApartAreSortedFirst() {
    long[] chunks = {5, 1L << 20, (1L << 20) + 1, 1L << 31, 1L << 36};
    for (int i = 4; i >= 0; i--) {
      addPage(Chunk.startVpn(chunks[i]) + i, 1);
    }
    addPage(Chunk.startVpn(5) + 9, 1);
    sealer.seal(log);
    assertThat(segments.all()).hasSize(2);
    Segment near = segments.all().get(0);
    assertThat(near.chunkCount).isEqualTo(4);
    assertThat(units(near, 0)).containsExactly(0, 9);
    for (int i = 0; i < 4; i++) {
      assertThat(near.chunkAt(i)).isEqualTo(chunks[i]);
    }
    assertThat(segments.all().get(1).firstChunk).isEqualTo(1L << 36);
    assertThat(units(segments.all().get(1), 0)).containsExactly(4);
  }

  private static int[] units(Segment segment, int index) {
    return IntStream.range(segment.startAt(index), segment.endAt(index))
        .map(at -> segment.units[at])
        .toArray();
  }

  private static int header(int op, int code) {
    return (short) Segment.header(op, code);
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
    assertThat(bitmaps.isOpen(0, 1)).isTrue();
    assertThat(bitmaps.isOpen(0, 2)).isTrue();
    assertThat(bitmaps.isOpen(0, 3)).isFalse();
    assertThat(bitmaps.isOpen(1, 1)).isFalse();
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
    assertThat(bitmaps.isOpen(0, 1)).isTrue();
    assertThat(bitmaps.isOpen(0, 2)).isTrue();
    assertThat(bitmaps.isOpen(5, 1)).isFalse();
    assertThat(bitmaps.isOpen(9, 1)).isTrue();
    assertThat(bitmaps.isOpen(9, 2)).isTrue();
  }

  private void addPage(long vpn, int code) {
    log.addPage(vpn, code);
  }
}
