package io.github.dirtyrange.interval.staged;

import it.unimi.dsi.fastutil.ints.IntArrays;
import java.util.Arrays;

/**
 * Packs full logs into segments by counting: one pass adds up what the operations of each chunk
 * take, another writes each operation where its chunk's operations go, in order of arrival.
 */
final class LogSealer {

  private final StagedLimits limits;
  private final SegmentList segments;
  private final SegmentWriter writer;
  private final ChunkBitmaps bitmaps;

  /* What the operations of each chunk take, then where the next one goes, then where they end. */
  private int[] places = IntArrays.EMPTY_ARRAY;
  private int ownCode;

  LogSealer(StagedLimits limits, SegmentList segments, ChunkBitmaps bitmaps) {
    this.limits = limits;
    this.segments = segments;
    this.writer = segments.writer();
    this.bitmaps = bitmaps;
  }

  /** Writes the operations of a log, as the newest, and opens bitmaps for chunks with many. */
  void seal(StageLog log) {
    ownCode = commonCode(log);
    segments.begin(ownCode);
    long first = Long.MAX_VALUE;
    long last = 0;
    for (int i = 0; i < log.size(); i++) {
      long chunk = StageLog.chunk(log.item(i));
      first = Math.min(first, chunk);
      last = Math.max(last, chunk);
    }
    if (last - first <= log.size()) {
      pack(log, 0, log.size(), first);
    } else {
      packSparse(log);
    }
    segments.finish();
  }

  long memoryBytes() {
    return 48 + 4L * places.length;
  }

  /** Packs a log whose chunks lie so far apart that they need to be sorted first. */
  private void packSparse(StageLog log) {
    log.sortByChunk();
    int from = 0;
    while (from < log.size()) {
      long firstChunk = StageLog.chunk(log.item(from));
      int to = from + 1;
      while (to < log.size() && StageLog.chunk(log.item(to)) - firstChunk <= to - from) {
        to++;
      }
      pack(log, from, to, firstChunk);
      from = to;
    }
  }

  /** Packs the items [from, to), whose chunks are at most as many as they from the first on. */
  private void pack(StageLog log, int from, int to, long firstChunk) {
    segments.makeReachable(firstChunk + to - from);
    int slots = count(log, from, to, firstChunk);
    boolean dense = makePlaces(slots, firstChunk);
    write(log, from, to, firstChunk);
    if (dense) {
      openBitmaps(log, from, to);
    }
  }

  /** Adds up what the items of each chunk take. {@return how many chunks there are in between} */
  private int count(StageLog log, int from, int to, long firstChunk) {
    if (places.length <= to - from) {
      places = new int[to - from + 1];
    }
    Arrays.fill(places, 0, to - from + 1, 0);
    long[] items = log.items();
    int[] units = places;
    int last = 0;
    for (int i = from; i < to; i++) {
      long item = items[i];
      int slot = (int) (StageLog.chunk(item) - firstChunk);
      units[slot] +=
          StageLog.isPage(item)
              ? writer.unitsOfPage(StageLog.codeOfPage(item))
              : sideUnits(log, item);
      last = Math.max(last, slot);
    }
    return last + 1;
  }

  /** Writes the items [from, to) where the operations of their chunks go. */
  private void write(StageLog log, int from, int to, long firstChunk) {
    long[] items = log.items();
    short[] units = writer.units();
    int[] next = places;
    for (int i = from; i < to; i++) {
      long item = items[i];
      int slot = (int) (StageLog.chunk(item) - firstChunk);
      int at = next[slot];
      if (StageLog.isPage(item)) {
        int code = StageLog.codeOfPage(item);
        next[slot] = SegmentWriter.putPage(units, at, ownCode, code, StageLog.pageInChunk(item));
      } else {
        next[slot] = writeSide(log, item, at);
      }
    }
  }

  /** Makes room for each chunk, and bitmaps for the dense. {@return whether there are any} */
  private boolean makePlaces(int slots, long firstChunk) {
    boolean dense = false;
    for (int slot = 0; slot < slots; slot++) {
      int units = places[slot];
      if (units > 0) {
        places[slot] = writer.reserve(firstChunk + slot, units);
      }
      if (units >= limits.denseUnits()) {
        dense = true;
        bitmaps.open(firstChunk + slot, ownCode);
      }
    }
    return dense;
  }

  /** Opens bitmaps for the other masks that are added in chunks with one. */
  private void openBitmaps(StageLog log, int from, int to) {
    for (int i = from; i < to; i++) {
      long item = log.item(i);
      long chunk = StageLog.chunk(item);
      if (log.code(item) != ownCode && log.addsPages(item) && bitmaps.isOpen(chunk, ownCode)) {
        bitmaps.open(chunk, log.code(item));
      }
    }
  }

  private int sideUnits(StageLog log, long item) {
    boolean isWord = log.op(item) == Op.ADD_WORD;
    return isWord ? writer.unitsOfWord(log.code(item), log.bits(item)) : 3;
  }

  private int writeSide(StageLog log, long item, int at) {
    int op = log.op(item);
    return op == Op.ADD_WORD
        ? writer.putWord(at, log.code(item), Chunk.wordOf(StageLog.word(item)), log.bits(item))
        : writer.putRange(at, op, log.code(item), log.from(item), log.to(item));
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
}
