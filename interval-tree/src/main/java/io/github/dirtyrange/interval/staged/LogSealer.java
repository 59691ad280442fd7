package io.github.dirtyrange.interval.staged;

/** Packs full logs into segments. */
final class LogSealer {

  private final StagedLimits limits;
  private final SegmentList segments;
  private final ChunkBitmaps bitmaps;
  private final WordRepeats repeats = new WordRepeats();

  LogSealer(StagedLimits limits, SegmentList segments, ChunkBitmaps bitmaps) {
    this.limits = limits;
    this.segments = segments;
    this.bitmaps = bitmaps;
  }

  /**
   * Writes the operations of a log, as the newest, and opens bitmaps for chunks with many. {@return
   * how many per cent of them were on a word that the log had before}
   */
  int seal(StageLog log) {
    log.sortByChunk();
    int ownCode = commonCode(log);
    segments.begin(ownCode);
    int from = 0;
    while (from < log.size()) {
      int to = log.endOfChunk(from);
      repeats.sample(log, from, to);
      sealChunk(log, from, to, ownCode);
      from = to;
    }
    segments.finish();
    return repeats.takePercent();
  }

  long memoryBytes() {
    return 32 + WordRepeats.BYTES;
  }

  private void sealChunk(StageLog log, int from, int to, int ownCode) {
    long chunk = StageLog.chunk(log.item(from));
    segments.beginChunk(chunk);
    SegmentWriter writer = segments.writer();
    // Additions may come in any order; with anything else among them the order is kept.
    int rest = log.rangeCount() == 0 ? writer.addOwnPages(log.items(), from, to) : to;
    for (int i = from; i < rest; i++) {
      write(log, log.item(i), writer);
    }
    if (to - from >= limits.denseItems()) {
      openBitmaps(chunk, log, from, rest, ownCode);
    }
  }

  /** Opens bitmaps for the segment's own mask and those of the items [from, to). */
  private void openBitmaps(long chunk, StageLog log, int from, int to, int ownCode) {
    bitmaps.open(chunk, ownCode);
    for (int i = from; i < to; i++) {
      bitmaps.open(chunk, log.code(log.item(i)));
    }
  }

  private static void write(StageLog log, long item, SegmentWriter writer) {
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
}
