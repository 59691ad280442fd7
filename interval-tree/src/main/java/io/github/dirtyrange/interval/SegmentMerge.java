package io.github.dirtyrange.interval;

import java.util.List;

/**
 * Walks the chunks of several segments in ascending order, and within a chunk the segments from the
 * oldest to the newest.
 */
final class SegmentMerge {

  /*
   * heads is a binary heap of (chunk, segment number) pairs, one per segment that still has chunks;
   * next holds each segment's position.
   */
  private static final int NUMBER_BITS = 16;
  static final int MAX_SEGMENTS = 1 << NUMBER_BITS;

  private long[] heads = {};
  private int[] next = {};
  private int size;
  private List<Segment> segments = List.of();

  /** Begins a walk at the first chunk that is not below {@code fromChunk}. */
  void begin(List<Segment> sources, long fromChunk) {
    segments = sources;
    size = 0;
    if (heads.length < sources.size() + 1) {
      heads = new long[sources.size() + 16];
      next = new int[sources.size() + 16];
    }
    for (int i = 0; i < sources.size(); i++) {
      Segment segment = sources.get(i);
      next[i] = fromChunk <= segment.firstChunk ? 0 : segment.indexOf(fromChunk);
      if (next[i] < segment.chunkCount) {
        push(segment.chunkAt(next[i]) << NUMBER_BITS | i);
      }
    }
  }

  boolean hasChunk() {
    return size > 0;
  }

  /** {@return the chunk that the walk stands at} */
  long chunk() {
    return heads[0] >>> NUMBER_BITS;
  }

  /** {@return the number of the oldest segment that has the chunk} */
  int segment() {
    return (int) heads[0] & (MAX_SEGMENTS - 1);
  }

  /** {@return the position of the chunk in that segment} */
  int index() {
    return next[segment()];
  }

  /** Goes on to the next segment that has the chunk, or else to the next chunk. */
  void advance() {
    int number = segment();
    Segment segment = segments.get(number);
    int index = ++next[number];
    if (index < segment.chunkCount) {
      sink(segment.chunkAt(index) << NUMBER_BITS | number);
    } else {
      size--;
      sink(heads[size]);
    }
  }

  /** Replays all that the chunk at hand has into {@code planes} and goes on to the next chunk. */
  void replay(ChunkPlanes planes) {
    long chunk = chunk();
    do {
      planes.replay(segments.get(segment()), index());
      advance();
    } while (size > 0 && chunk() == chunk);
  }

  long memoryBytes() {
    return 64 + 8L * heads.length + 4L * next.length;
  }

  private void push(long head) {
    int at = size++;
    while (at > 0 && heads[(at - 1) >> 1] > head) {
      heads[at] = heads[(at - 1) >> 1];
      at = (at - 1) >> 1;
    }
    heads[at] = head;
  }

  /** Puts {@code head} in the place of the smallest. */
  private void sink(long head) {
    int at = 0;
    while (true) {
      int child = 2 * at + 1;
      if (child >= size) {
        break;
      }
      if (child + 1 < size && heads[child + 1] < heads[child]) {
        child++;
      }
      if (heads[child] >= head) {
        break;
      }
      heads[at] = heads[child];
      at = child;
    }
    heads[at] = head;
  }
}
