package io.github.dirtyrange.interval.staged;

import it.unimi.dsi.fastutil.ints.IntArrays;
import it.unimi.dsi.fastutil.longs.LongArrays;
import java.util.List;

/**
 * Walks the chunks of several segments in ascending order, and within a chunk the segments from the
 * oldest to the newest.
 *
 * <p>Every step looks at every segment: there are few, and in most chunks most of them take part.
 */
final class SegmentMerge {

  /** What the walk stands at when it has passed all chunks. */
  static final long NONE = Long.MAX_VALUE;

  /** What is done with one chunk of one segment. */
  @FunctionalInterface
  interface Part {
    void take(Segment segment, int index);
  }

  /* heads holds the next chunk of each segment and next where in the segment it is. */
  private long[] heads = LongArrays.EMPTY_ARRAY;
  private int[] next = IntArrays.EMPTY_ARRAY;
  private long chunk = NONE;
  private List<Segment> segments = List.of();

  /** Begins a walk at the first chunk that is not below {@code fromChunk}. */
  void begin(List<Segment> sources, long fromChunk) {
    segments = sources;
    int count = sources.size();
    if (heads.length < count) {
      heads = new long[count + 16];
      next = new int[count + 16];
    }
    chunk = NONE;
    for (int i = 0; i < count; i++) {
      Segment segment = sources.get(i);
      next[i] = fromChunk <= segment.firstChunk ? 0 : segment.indexOf(fromChunk);
      heads[i] = headOf(segment, next[i]);
      chunk = Math.min(chunk, heads[i]);
    }
  }

  boolean hasChunk() {
    return chunk != NONE;
  }

  /** {@return the chunk that the walk stands at, {@link #NONE} at its end} */
  long chunk() {
    return chunk;
  }

  /** Hands over what each segment has of the chunk at hand and goes on to the next chunk. */
  void takeChunk(Part part) {
    long nearest = NONE;
    for (int i = 0; i < segments.size(); i++) {
      if (heads[i] == chunk) {
        Segment segment = segments.get(i);
        part.take(segment, next[i]);
        heads[i] = headOf(segment, ++next[i]);
      }
      nearest = Math.min(nearest, heads[i]);
    }
    chunk = nearest;
    if (nearest == NONE) {
      segments = List.of(); // a compaction's sources are garbage now
    }
  }

  long memoryBytes() {
    return 64 + 8L * heads.length + 4L * next.length;
  }

  private static long headOf(Segment segment, int index) {
    return index < segment.chunkCount ? segment.chunkAt(index) : NONE;
  }
}
