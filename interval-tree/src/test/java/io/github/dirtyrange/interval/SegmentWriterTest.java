package io.github.dirtyrange.interval;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SegmentWriterTest {

  /** Six pages of the own mask after a page of another need a header too: seven units. */
  @Test
  void makesRoomForPagesAndTheHeaderThatNamesTheirMask() {
    SegmentWriter writer = new SegmentWriter();
    writer.begin(1);
    writer.beginChunk(0);
    for (int page = 0; page < 56; page++) {
      writer.addPage(1, page);
    }
    writer.addPage(2, 100);
    writer.addWord(1, 10, 0b111111);
    Segment segment = new Segment();
    writer.finish(segment);
    assertThat(segment.unitCount).isEqualTo(56 + 2 + 7);
  }
}
