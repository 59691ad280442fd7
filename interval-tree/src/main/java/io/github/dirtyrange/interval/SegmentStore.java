package io.github.dirtyrange.interval;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Everything of a map that has left the stage: segments from the oldest to the newest, laid over a
 * tree of whole chunks.
 */
final class SegmentStore {

  /*
   * base holds operations on so many whole chunks that listing them would not do. It comes before
   * all segments: an operation on it is repeated, as the newest, in every chunk that a segment
   * knows, so that time order holds chunk by chunk.
   */
  private final StagedLimits limits;
  private final MaskPalette palette;
  private final ChunkPlanes planes;
  private final ChunkBitmaps bitmaps;
  private final WordRepeats repeats = new WordRepeats();
  private final SegmentWriter writer = new SegmentWriter();
  private final SegmentMerge merge = new SegmentMerge();
  private final SegmentMerge.Part replay;
  private final List<Segment> segments = new ArrayList<>();
  private final List<Segment> spare = new ArrayList<>();
  private @Nullable TreeIntervalMap base;
  private long contentBytes;
  private long compactedBytes;

  SegmentStore(StagedLimits limits, MaskPalette palette, ChunkPlanes planes, ChunkBitmaps bitmaps) {
    this.limits = limits;
    this.bitmaps = bitmaps;
    this.palette = palette;
    this.planes = planes;
    this.replay = planes::replay;
  }

  boolean isEmpty() {
    return segments.isEmpty() && (base == null || base.isEmpty());
  }

  /**
   * Seals the operations of a log, as the newest, and opens bitmaps for chunks with many. {@return
   * how many per cent of them were on a word that the log had before}
   */
  int seal(StageLog log) {
    log.sortByChunk();
    int ownCode = commonCode(log);
    writer.begin(ownCode);
    int from = 0;
    while (from < log.size()) {
      long chunk = StageLog.chunk(log.item(from));
      int to = log.endOfChunk(from);
      beginChunk(chunk, ownCode);
      repeats.sample(log, from, to);
      // Additions may come in any order; with anything else among them the order is kept.
      int rest = log.rangeCount() == 0 ? writer.addOwnPages(log.items(), from, to) : to;
      for (int i = from; i < rest; i++) {
        write(log, log.item(i));
      }
      if (to - from >= limits.denseItems()) {
        openBitmaps(chunk, log, from, rest, ownCode);
      }
      from = to;
    }
    finishSegment();
    keepFewSegments();
    return repeats.takePercent();
  }

  /** Opens bitmaps for the segment's own mask and those of the items [from, to). */
  private void openBitmaps(long chunk, StageLog log, int from, int to, int ownCode) {
    bitmaps.open(chunk, ownCode);
    for (int i = from; i < to; i++) {
      bitmaps.open(chunk, log.code(log.item(i)));
    }
  }

  /** Seals the bitmaps, as the newest, and empties them. */
  void sealBitmaps() {
    writer.begin(1);
    planes.reset();
    bitmaps.beginWalk(0);
    while (bitmaps.chunk() != SegmentMerge.NONE) {
      long chunk = bitmaps.chunk();
      if (writer.isTooFar(chunk)) {
        finishSegment();
        writer.begin(1);
      }
      bitmaps.takeChunk(planes);
      planes.write(chunk, writer);
    }
    finishSegment();
    bitmaps.close();
    keepFewSegments();
  }

  private void keepFewSegments() {
    if (contentBytes > Math.max(limits.compactBytes(), 3 * compactedBytes)) {
      compact();
    } else if (segments.size() > limits.maxSegments()) {
      settle();
    }
  }

  /** Applies an operation to whole chunks, after everything that was sealed. */
  void applyToChunks(int op, int code, long fromChunk, long toChunk) {
    if (base == null) {
      base = new TreeIntervalMap();
    }
    long start = Chunk.startVpn(fromChunk);
    long end = Chunk.startVpn(toChunk);
    switch (op) {
      case Op.ADD_RANGE -> base.add(start, end, palette.maskOf(code));
      case Op.REMOVE_RANGE -> base.remove(start, end);
      default -> base.removeBits(start, end, palette.maskOf(code));
    }
    repeatInSegments(op, code, fromChunk, toChunk);
  }

  /** Hands out the regions that meet the range, clipped to it, until the joiner is sated. */
  void scan(long startVpn, long endVpn, RegionJoiner out) {
    planes.reset();
    merge.begin(segments, Chunk.of(startVpn));
    bitmaps.beginWalk(Chunk.of(startVpn));
    long done = startVpn;
    long chunk = nextChunk();
    for (; chunk != SegmentMerge.NONE && !out.isSated(); chunk = nextChunk()) {
      long chunkStart = Chunk.startVpn(chunk);
      if (chunkStart >= endVpn) {
        break;
      }
      emitBase(done, chunkStart, out);
      loadChunk(chunk);
      if (bitmaps.chunk() == chunk) {
        bitmaps.takeChunk(planes);
      }
      clip(chunkStart, startVpn, endVpn);
      planes.emit(chunkStart, out);
      done = chunkStart + Chunk.PAGES;
    }
    emitBase(done, endVpn, out);
    out.finish();
  }

  /** Joins small segments, so that a reading that finds changes finds few segments. */
  void settle() {
    int from = segments.size();
    long joined = 0;
    while (from > 0 && (joined == 0 || segments.get(from - 1).contentBytes() < 2 * joined)) {
      from--;
      joined += segments.get(from).contentBytes();
    }
    if (segments.size() - from > 1) {
      join(from);
    }
  }

  /** Empties the store and keeps as many segments for reuse as it used. */
  void clear() {
    if (segments.isEmpty() && spare.isEmpty() && base == null) {
      return;
    }
    spare.clear();
    spare.addAll(segments);
    Collections.reverse(spare); // so that each is reused for what is as large as before
    segments.clear();
    base = null;
    contentBytes = 0;
    compactedBytes = 0;
  }

  long memoryBytes() {
    long bytes = 200 + WordRepeats.BYTES + writer.memoryBytes() + merge.memoryBytes();
    bytes += base == null ? 0 : base.memoryBytes();
    for (Segment segment : segments) {
      bytes += segment.memoryBytes();
    }
    for (Segment segment : spare) {
      bytes += segment.memoryBytes();
    }
    return bytes;
  }

  private void write(StageLog log, long item) {
    int code = log.code(item);
    if (StageLog.isPage(item)) {
      writer.addPage(code, StageLog.pageInChunk(item));
    } else if (log.op(item) == Op.ADD_WORD) {
      writer.addWord(code, Chunk.wordOf(StageLog.word(item)), log.bits(item));
    } else {
      writer.addRange(log.op(item), code, log.from(item), log.to(item));
    }
  }

  /** {@return a code that most of a log's items have, if one has; judged by a sample} */
  private static int commonCode(StageLog log) {
    int code = 1;
    int votes = 0;
    int step = Math.max(1, log.size() / 64);
    for (int i = 0; i < log.size(); i += step) {
      int candidate = log.code(log.item(i));
      code = votes == 0 ? candidate : code;
      votes += candidate == code ? 1 : -1;
    }
    return code;
  }

  private void beginChunk(long chunk, int ownCode) {
    if (writer.isTooFar(chunk)) {
      finishSegment();
      writer.begin(ownCode);
    }
    writer.beginChunk(chunk);
  }

  private void finishSegment() {
    if (writer.isEmpty()) {
      return;
    }
    Segment segment = spare.isEmpty() ? new Segment() : spare.remove(spare.size() - 1);
    writer.finish(segment);
    segments.add(segment);
    contentBytes += segment.contentBytes();
  }

  private void repeatInSegments(int op, int code, long fromChunk, long toChunk) {
    writer.begin(1);
    merge.begin(List.copyOf(segments), fromChunk);
    while (merge.hasChunk() && merge.chunk() < toChunk) {
      beginChunk(merge.chunk(), 1);
      writer.addRange(op, code, 0, Chunk.PAGES);
      merge.takeChunk((segment, index) -> {});
    }
    finishSegment();
  }

  private void loadChunk(long chunk) {
    if (base != null) {
      long mask = base.get(Chunk.startVpn(chunk));
      if (mask != 0) {
        planes.addMask(mask, 0, Chunk.PAGES);
      }
    }
    if (merge.chunk() == chunk) {
      merge.takeChunk(replay);
    }
  }

  private long nextChunk() {
    return Math.min(merge.chunk(), bitmaps.chunk());
  }

  private void clip(long chunkStart, long startVpn, long endVpn) {
    if (startVpn > chunkStart) {
      planes.removeRange(0, (int) (startVpn - chunkStart));
    }
    if (endVpn < chunkStart + Chunk.PAGES) {
      planes.removeRange((int) (endVpn - chunkStart), Chunk.PAGES);
    }
  }

  private void emitBase(long startVpn, long endVpn, RegionJoiner out) {
    if (base != null && startVpn < endVpn && !out.isSated()) {
      base.forEach(startVpn, endVpn, out::accept);
    }
  }

  /** Replaces all segments by one that says the same in as few operations as it can. */
  private void compact() {
    List<Segment> old = List.copyOf(segments);
    segments.clear();
    contentBytes = 0;
    int ownCode = old.get(0).ownCode;
    writer.begin(ownCode);
    planes.reset();
    merge.begin(old, 0);
    while (merge.hasChunk()) {
      long chunk = merge.chunk();
      if (writer.isTooFar(chunk)) {
        finishSegment();
        writer.begin(ownCode);
      }
      loadChunk(chunk);
      planes.write(chunk, writer);
      if (base != null) {
        base.remove(Chunk.startVpn(chunk), Chunk.startVpn(chunk + 1));
      }
    }
    finishSegment();
    compactedBytes = contentBytes;
  }

  /** Joins the segments from number {@code from} on into one, operation after operation. */
  private void join(int from) {
    List<Segment> tail = segments.subList(from, segments.size());
    List<Segment> old = List.copyOf(tail);
    tail.clear();
    int ownCode = old.get(0).ownCode;
    writer.begin(ownCode);
    merge.begin(old, 0);
    while (merge.hasChunk()) {
      beginChunk(merge.chunk(), ownCode);
      merge.takeChunk(writer::copy);
    }
    for (Segment segment : old) {
      contentBytes -= segment.contentBytes();
    }
    spare.addAll(old);
    finishSegment();
  }
}
