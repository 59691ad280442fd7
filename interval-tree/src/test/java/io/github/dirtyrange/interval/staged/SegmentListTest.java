package io.github.dirtyrange.interval.staged;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class SegmentListTest {

  private final SegmentList segments = new SegmentList();

  @Test
  void aSegmentWithoutChunksIsNone() {
    segments.begin(1);
    segments.finish();
    assertThat(segments.count()).isZero();
  }

  @Test
  void farChunksAreInAnotherSegment() {
    segments.begin(3);
    write(7);
    write(7 + Segment.MAX_SPAN);
    assertThat(segments.count()).isZero();
    write(8 + Segment.MAX_SPAN);
    segments.finish();
    assertThat(segments.all()).hasSize(2).allMatch(segment -> segment.ownCode == 3);
    assertThat(segments.all().get(0).chunkAt(1)).isEqualTo(7 + Segment.MAX_SPAN);
    assertThat(segments.all().get(1).firstChunk).isEqualTo(8 + Segment.MAX_SPAN);
  }

  @Test
  void knowsTheBytesOfWhatItHolds() {
    segment(1);
    segment(2);
    assertThat(segments.contentBytes()).isEqualTo(2 * (2 + 8));
    assertThat(segments.take(1)).hasSize(1);
    assertThat(segments.count()).isOne();
    assertThat(segments.contentBytes()).isEqualTo(2 + 8);
    segments.clear();
    assertThat(segments.contentBytes()).isZero();
    assertThat(segments.count()).isZero();
  }

  @Test
  void reusesSegmentsInTheOrderInWhichTheyWereWritten() {
    segment(1);
    segment(2);
    List<Segment> before = List.copyOf(segments.all());
    segments.clear();
    segment(3);
    segment(4);
    assertThat(segments.all()).hasSize(2);
    assertThat(segments.all().get(0)).isSameAs(before.get(0));
    assertThat(segments.all().get(1)).isSameAs(before.get(1));
  }

  @Test
  void reusesSegmentsThatNobodyReadsAnyMore() {
    segment(1);
    List<Segment> old = segments.take(0);
    segments.recycle(old);
    segment(2);
    assertThat(segments.all()).hasSize(1);
    assertThat(segments.all().get(0)).isSameAs(old.get(0));
  }

  @Test
  void keepsNoMoreSegmentsThanItUsed() {
    segment(1);
    segment(2);
    segments.clear();
    long two = segments.memoryBytes();
    segments.clear();
    assertThat(segments.memoryBytes()).isLessThan(two);
  }

  private void segment(long chunk) {
    segments.begin(1);
    write(chunk);
    segments.finish();
  }

  private void write(long chunk) {
    segments.beginChunk(chunk);
    segments.writer().addWord(1, 0, 1L << 5);
  }
}
