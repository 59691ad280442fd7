package io.github.dirtyrange.interval.staged;

import io.github.dirtyrange.interval.RegionCursor;
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
  private final SegmentList segments = new SegmentList();
  private final LogSealer sealer;
  private final SegmentMerge merge = new SegmentMerge();
  private final SegmentMerge.Part replay;
  private @Nullable TreeIntervalMap base;
  private long compactedBytes;

  SegmentStore(StagedLimits limits, MaskPalette palette, ChunkPlanes planes, ChunkBitmaps bitmaps) {
    this.limits = limits;
    this.bitmaps = bitmaps;
    this.palette = palette;
    this.planes = planes;
    this.sealer = new LogSealer(limits, segments, bitmaps);
    this.replay = planes::replay;
  }

  boolean isEmpty() {
    return segments.count() == 0 && (base == null || base.isEmpty());
  }

  /** Seals the operations of a log, as the newest, and opens bitmaps for chunks with many. */
  void seal(StageLog log) {
    sealer.seal(log);
    keepFewSegments();
  }

  /** Seals the bitmaps, as the newest, and empties them. */
  void sealBitmaps() {
    segments.begin(1);
    planes.reset();
    bitmaps.beginWalk(0);
    while (bitmaps.chunk() != SegmentMerge.NONE) {
      long chunk = bitmaps.chunk();
      segments.makeReachable(chunk);
      bitmaps.takeChunk(planes);
      planes.write(chunk, segments.writer());
    }
    segments.finish();
    bitmaps.close();
    keepFewSegments();
  }

  private void keepFewSegments() {
    if (segments.contentBytes() > Math.max(limits.compactBytes(), 3 * compactedBytes)) {
      compact();
    } else if (segments.count() > limits.maxSegments()) {
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
    merge.begin(segments.all(), Chunk.of(startVpn));
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
    List<Segment> all = segments.all();
    int from = all.size();
    long joined = 0;
    while (from > 0 && (joined == 0 || all.get(from - 1).contentBytes() < 2 * joined)) {
      from--;
      joined += all.get(from).contentBytes();
    }
    if (all.size() - from > 1) {
      join(from);
    }
  }

  /** Empties the store and keeps as many segments for reuse as it used. */
  void clear() {
    segments.clear();
    base = null;
    compactedBytes = 0;
  }

  long memoryBytes() {
    long bytes = 64 + sealer.memoryBytes() + segments.memoryBytes() + merge.memoryBytes();
    bytes += base == null ? 0 : base.memoryBytes();
    return bytes;
  }

  private void repeatInSegments(int op, int code, long fromChunk, long toChunk) {
    segments.begin(1);
    merge.begin(List.copyOf(segments.all()), fromChunk);
    while (merge.hasChunk() && merge.chunk() < toChunk) {
      segments.beginChunk(merge.chunk());
      segments.writer().addRange(op, code, 0, Chunk.PAGES);
      merge.takeChunk((segment, index) -> {});
    }
    segments.finish();
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
    if (base == null || startVpn >= endVpn) {
      return;
    }
    RegionCursor regions = base.cursor(startVpn, endVpn);
    while (!out.isSated() && regions.next()) {
      out.accept(regions.startVpn(), regions.endVpn(), regions.mask());
    }
  }

  /** Replaces all segments by one that says the same in as few operations as it can. */
  private void compact() {
    List<Segment> old = segments.take(0);
    segments.begin(old.get(0).ownCode);
    planes.reset();
    merge.begin(old, 0);
    while (merge.hasChunk()) {
      long chunk = merge.chunk();
      segments.makeReachable(chunk);
      loadChunk(chunk);
      planes.write(chunk, segments.writer());
      if (base != null) {
        base.remove(Chunk.startVpn(chunk), Chunk.startVpn(chunk + 1));
      }
    }
    segments.finish();
    compactedBytes = segments.contentBytes();
  }

  /** Joins the segments from number {@code from} on into one, operation after operation. */
  private void join(int from) {
    List<Segment> old = segments.take(from);
    segments.begin(old.get(0).ownCode);
    merge.begin(old, 0);
    while (merge.hasChunk()) {
      segments.beginChunk(merge.chunk());
      merge.takeChunk(segments.writer()::copy);
    }
    segments.recycle(old);
    segments.finish();
  }
}
