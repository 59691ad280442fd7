package io.github.dirtyrange.interval.staged;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** What is written, unit by unit: the shortest form there is. */
class SegmentWriterTest {

  private static final int OWN = 1;
  private static final int OTHER = 2;

  private final SegmentWriter writer = new SegmentWriter();

  SegmentWriterTest() {
    writer.begin(OWN);
    writer.beginChunk(5);
  }

  @Test
  void pagesOfTheSegmentsMaskTakeOneUnitAndOthersTwo() {
    addPage(OWN, 9);
    addPage(OTHER, 10);
    addPage(OWN, 12);
    writer.beginChunk(6);
    addPage(OWN, 13);
    Segment segment = finished();
    assertThat(units(segment)).containsExactly(9, page(OTHER), 10, 12, 13);
    assertThat(segment.startAt(1)).isEqualTo(4);
    assertThat(segment.endAt(0)).isEqualTo(4);
    assertThat(segment.endAt(1)).isEqualTo(5);
    assertThat(segment.ownCode).isEqualTo(OWN);
  }

  @Test
  void takesAsManyUnitsAsItSaysBeforehand() {
    for (int code : new int[] {OWN, OTHER}) {
      for (long bits : new long[] {1, 3, 7, 0xF, 0x3F, 0x7F, -1L >>> 1, -1}) {
        restart();
        writer.addWord(code, 3, bits);
        assertThat(finished().unitCount).isEqualTo(writer.unitsOfWord(code, bits));
      }
    }
  }

  @Test
  void keepsRoomThatIsFilledInAnyOrder() {
    restart();
    writer.addRange(Op.ADD_RANGE, OWN, 0, 9);
    int first = writer.reserve(6, 3);
    int second = writer.reserve(8, 3);
    writer.putRange(second, Op.REMOVE_RANGE, 0, 1, 5);
    assertThat(writer.putPage(writer.putPage(first, OTHER, 7), OWN, 8)).isEqualTo(second);
    Segment segment = finished();
    assertThat(units(segment))
        .containsExactly(
            range(OWN), 0, 8, page(OTHER), 7, 8, (short) Segment.header(Op.REMOVE_RANGE, 0), 1, 4);
    assertThat(segment.chunkAt(2)).isEqualTo(8);
    assertThat(segment.startAt(2)).isEqualTo(6);
  }

  @Test
  void fewPagesOfAWordAreSinglePagesAndManyAreItsBits() {
    writer.addWord(OWN, 3, 0b111111);
    assertThat(finished().unitCount).isEqualTo(6);
    restart();
    writer.addWord(OWN, 3, 0x8000_4000_2000_1FFFL);
    assertThat(units(finished()))
        .containsExactly(
            (short) Segment.header(Op.ADD_WORD, OWN), 3, 0x1FFF, 0x2000, 0x4000, -0x8000);
    restart();
    writer.addWord(OTHER, 3, 0b111);
    assertThat(units(finished()))
        .containsExactly(page(OTHER), 192, page(OTHER), 193, page(OTHER), 194);
    restart();
    writer.addWord(OTHER, 3, 0b1111);
    assertThat(finished().unitCount).isEqualTo(6);
  }

  @Test
  void wholeWordsInARowAreOneRange() {
    writer.addWord(OTHER, 3, -1);
    writer.addWord(OTHER, 4, -1);
    writer.addWord(OTHER, 6, -1);
    writer.addWord(OWN, 7, -1);
    assertThat(units(finished()))
        .containsExactly(range(OTHER), 192, 319, range(OTHER), 384, 447, range(OWN), 448, 511);
  }

  @Test
  void aRangeIsNotMadeLongerOnceSomethingCameAfterIt() {
    writer.addWord(OWN, 3, -1);
    addPage(OWN, 5);
    writer.addWord(OWN, 4, -1);
    writer.addWord(OWN, 9, 3);
    writer.addWord(OWN, 5, -1);
    writer.addRange(Op.REMOVE_RANGE, OWN, 0, 384);
    writer.addWord(OWN, 6, -1);
    writer.beginChunk(6);
    writer.addWord(OWN, 7, -1);
    assertThat(finished().unitCount).isEqualTo(3 + 1 + 3 + 2 + 3 + 3 + 3 + 3);
  }

  @Test
  void copiesIntoASegmentOfAnotherMask() {
    addPage(OWN, 9);
    addPage(OTHER, 10);
    writer.addWord(OWN, 3, 0x1FFF);
    writer.addRange(Op.CLEAR_RANGE, OTHER, 5, 70);
    addPage(OTHER, 11);
    Segment source = finished();
    writer.begin(OTHER);
    writer.beginChunk(5);
    writer.addWord(OTHER, 0, -1);
    writer.copy(source, 0);
    writer.addWord(OTHER, 1, -1);
    assertThat(units(finished()))
        .containsExactly(
            range(OTHER),
            0,
            63,
            page(OWN),
            9,
            10,
            (short) Segment.header(Op.ADD_WORD, OWN),
            3,
            0x1FFF,
            0,
            0,
            0,
            (short) Segment.header(Op.CLEAR_RANGE, OTHER),
            5,
            69,
            11,
            range(OTHER),
            64,
            127);
  }

  @Test
  void growsToWhatIsCopied() {
    for (int page = 0; page < 300; page++) {
      addPage(page % 2 == 0 ? OWN : OTHER, page);
    }
    Segment source = finished();
    SegmentWriter other = new SegmentWriter();
    other.begin(3);
    other.beginChunk(5);
    other.copy(source, 0);
    Segment copy = new Segment();
    other.finish(copy);
    assertThat(copy.unitCount).isEqualTo(600);
  }

  @Test
  void aFinishedSegmentKeepsArraysThatAreLargeEnough() {
    for (int page = 0; page < 320; page++) {
      addPage(OWN, page);
    }
    Segment segment = finished();
    assertThat(segment.units).hasSize(340);
    short[] units = segment.units;
    int[] chunks = segment.chunks;
    restart();
    addPage(OWN, 9);
    writer.finish(segment);
    assertThat(segment.units).isSameAs(units);
    assertThat(segment.chunks).isSameAs(chunks);
    assertThat(segment.unitCount).isOne();
    assertThat(segment.contentBytes()).isEqualTo(2 + 8);
  }

  @Test
  void manyChunksAreFoundAgain() {
    for (int chunk = 6; chunk < 100; chunk++) {
      writer.beginChunk(3L * chunk);
      addPage(OWN, chunk);
    }
    Segment segment = finished();
    assertThat(segment.chunkCount).isEqualTo(95);
    assertThat(segment.chunks.length).isEqualTo(95 + 95 / 16);
    assertThat(segment.indexOf(0)).isZero();
    assertThat(segment.indexOf(18)).isOne();
    assertThat(segment.indexOf(19)).isEqualTo(2);
    assertThat(segment.indexOf(297)).isEqualTo(94);
    assertThat(segment.indexOf(298)).isEqualTo(95);
    assertThat(segment.chunkAt(94)).isEqualTo(297);
  }

  @Test
  void tellsChunksThatAreTooFarFromTheFirst() {
    assertThat(writer.isTooFar(5 + Segment.MAX_SPAN)).isFalse();
    assertThat(writer.isTooFar(6 + Segment.MAX_SPAN)).isTrue();
    writer.begin(OWN);
    assertThat(writer.isTooFar(6 + Segment.MAX_SPAN)).isFalse();
    assertThat(writer.isEmpty()).isTrue();
  }

  private void addPage(int code, int page) {
    writer.addWord(code, page >> 6, 1L << page);
  }

  private void restart() {
    writer.begin(OWN);
    writer.beginChunk(5);
  }

  private Segment finished() {
    Segment segment = new Segment();
    writer.finish(segment);
    return segment;
  }

  private static int[] units(Segment segment) {
    int[] units = new int[segment.unitCount];
    Arrays.setAll(units, i -> segment.units[i]);
    return units;
  }

  private static int page(int code) {
    return (short) Segment.header(Op.PAGE, code);
  }

  private static int range(int code) {
    return (short) Segment.header(Op.ADD_RANGE, code);
  }
}
