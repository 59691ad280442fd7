package io.github.dirtyrange.interval.staged;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dirtyrange.interval.MaskedRange;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ChunkPlanesTest {

  private final MaskPalette palette = new MaskPalette();
  private final ChunkPlanes planes = new ChunkPlanes(palette);

  @Test
  void aBitmapIsReadPageByPage() {
    int code = palette.codeOf(6);
    long[] bitmap = new long[Chunk.WORDS];
    List<MaskedRange> expected = new ArrayList<>();
    for (int page = 0; page < Chunk.PAGES; page += 65) {
      bitmap[page >> 6] |= 1L << page;
      expected.add(new MaskedRange(page, page + 1L, 6));
    }
    planes.addWords(code, bitmap);
    assertThat(emitted()).isEqualTo(expected);
    assertThat(emitted()).isEmpty();
  }

  @Test
  void resettingForgetsPagesAndMasks() {
    manyCodes();
    planes.addRange(palette.codeOf(5), 3, 9);
    planes.reset();
    assertThat(emitted()).isEmpty();
    planes.addRange(1, 3, 9);
    planes.reset();
    palette.trim();
    planes.addRange(palette.codeOf(96), 4, 5);
    planes.addRange(palette.codeOf(128), 4, 5);
    assertThat(emitted()).containsExactly(new MaskedRange(4, 5, 96 | 128));
  }

  @Test
  void handingOutForgetsMasksToo() {
    manyCodes();
    planes.addRange(1, 3, 9);
    assertThat(emitted()).hasSize(1);
    palette.trim();
    planes.addRange(palette.codeOf(77), 4, 5);
    assertThat(emitted()).containsExactly(new MaskedRange(4, 5, 77));
  }

  @Test
  void aMaskWithoutACodeIsAddedBitByBit() {
    for (int mask = 1; mask <= 190; mask++) {
      palette.codeOf(mask);
    }
    long rare = 1L << 40 | 1L << 50;
    planes.addMask(rare, 3, 9);
    planes.addMask(190, 20, 21);
    assertThat(palette.codeOf(rare)).isZero();
    assertThat(emitted())
        .containsExactly(new MaskedRange(3, 9, rare), new MaskedRange(20, 21, 190));
  }

  @Test
  void clearingBitsMayLeaveAMaskWithoutACode() {
    for (int mask = 1; mask <= 189; mask++) {
      palette.codeOf(mask);
    }
    long rare = 1L << 40 | 1L << 50;
    planes.addRange(palette.codeOf(rare | 1), 3, 100);
    planes.clearRange(1, 5, 70);
    assertThat(emitted())
        .containsExactly(
            new MaskedRange(3, 5, rare | 1),
            new MaskedRange(5, 70, rare),
            new MaskedRange(70, 100, rare | 1));
  }

  @Test
  void writesWhatItHoldsAndNoChunkWithoutPages() {
    SegmentWriter writer = new SegmentWriter();
    writer.begin(1);
    int code = palette.codeOf(1);
    planes.write(3, writer);
    assertThat(writer.isEmpty()).isTrue();
    planes.addRange(code, 64, 128);
    planes.addRange(code, 200, 201);
    planes.write(4, writer);
    assertThat(emitted()).isEmpty();
    Segment segment = new Segment();
    writer.finish(segment);
    assertThat(segment.chunkCount).isOne();
    assertThat(segment.firstChunk).isEqualTo(4);
    planes.replay(segment, 0);
    assertThat(emitted())
        .containsExactly(new MaskedRange(64, 128, 1), new MaskedRange(200, 201, 1));
  }

  /** So many that trimming the palette forgets them. */
  private void manyCodes() {
    for (int mask = 1; mask <= 20; mask++) {
      palette.codeOf(mask);
    }
  }

  private List<MaskedRange> emitted() {
    List<MaskedRange> regions = new ArrayList<>();
    RegionJoiner out =
        new RegionJoiner((s, e, mask) -> regions.add(new MaskedRange(s, e, mask)), Long.MAX_VALUE);
    planes.emit(0, out);
    out.finish();
    return regions;
  }
}
