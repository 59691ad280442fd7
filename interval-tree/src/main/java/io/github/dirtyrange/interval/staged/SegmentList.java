package io.github.dirtyrange.interval.staged;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** The segments of a map from the oldest to the newest, and the writing of further ones. */
final class SegmentList {

  private final SegmentWriter writer = new SegmentWriter();
  private final List<Segment> segments = new ArrayList<>();
  private final List<Segment> spare = new ArrayList<>();
  private long contentBytes;

  /** {@return a view of all of them} */
  List<Segment> all() {
    return segments;
  }

  int count() {
    return segments.size();
  }

  /** {@return what the contents of all segments occupy, in bytes} */
  long contentBytes() {
    return contentBytes;
  }

  /** Begins a segment, in which pages of {@code code} are the shortest. */
  void begin(int code) {
    writer.begin(code);
  }

  /** Begins the operations of the next chunk, in another segment if it is far away. */
  void beginChunk(long chunk) {
    makeReachable(chunk);
    writer.beginChunk(chunk);
  }

  /** Begins another segment if a chunk is too far away for the one at hand. */
  void makeReachable(long chunk) {
    if (writer.isTooFar(chunk)) {
      finish();
    }
  }

  /** {@return where the operations of the chunk at hand are written} */
  SegmentWriter writer() {
    return writer;
  }

  /** Ends a segment, which is the newest from now on if there is anything in it. */
  void finish() {
    if (writer.isEmpty()) {
      return;
    }
    Segment segment = spare.isEmpty() ? new Segment() : spare.remove(spare.size() - 1);
    writer.finish(segment);
    segments.add(segment);
    contentBytes += segment.contentBytes();
  }

  /** Takes out the segments from number {@code from} on. {@return them} */
  List<Segment> take(int from) {
    List<Segment> tail = segments.subList(from, segments.size());
    List<Segment> taken = List.copyOf(tail);
    tail.clear();
    for (Segment segment : taken) {
      contentBytes -= segment.contentBytes();
    }
    return taken;
  }

  /** Keeps segments, which nobody reads any more, for being written anew. */
  void recycle(List<Segment> old) {
    spare.addAll(old);
  }

  /** Empties the list and keeps as many segments for reuse as it used. */
  void clear() {
    if (segments.isEmpty() && spare.isEmpty()) {
      return;
    }
    spare.clear();
    spare.addAll(segments);
    Collections.reverse(spare); // so that each is reused for what is as large as before
    segments.clear();
    contentBytes = 0;
  }

  long memoryBytes() {
    long bytes = 80 + writer.memoryBytes();
    for (Segment segment : segments) {
      bytes += segment.memoryBytes();
    }
    for (Segment segment : spare) {
      bytes += segment.memoryBytes();
    }
    return bytes;
  }
}
