package io.github.dirtyrange.interval.staged;

import it.unimi.dsi.fastutil.ints.IntArrays;
import it.unimi.dsi.fastutil.longs.LongArrays;
import java.util.Arrays;

/** Reads regions straight off a stage, for maps whose every operation is still there. */
final class StageReader {

  /*
   * The rows collect the items of one 64-page word, one row per mask code.
   */
  private final MaskPalette palette;
  private final ChunkPlanes planes;
  private int[] rowCodes = IntArrays.EMPTY_ARRAY;
  private long[] rowWords = LongArrays.EMPTY_ARRAY;
  private long[] rowMasks = LongArrays.EMPTY_ARRAY;

  StageReader(MaskPalette palette, ChunkPlanes planes) {
    this.palette = palette;
    this.planes = planes;
  }

  /** Hands out all regions of a log in order. */
  void read(StageLog log, RegionJoiner out) {
    if (log.rangeCount() > 0) {
      readChunks(log, out);
    } else {
      readWords(log, out);
    }
    out.finish();
  }

  long memoryBytes() {
    return 80 + 20L * rowCodes.length;
  }

  private void readWords(StageLog log, RegionJoiner out) {
    log.sortByWord();
    int size = log.size();
    int at = 0;
    while (at < size) {
      long item = log.item(at);
      long word = StageLog.word(item);
      if (at + 1 < size && StageLog.word(log.item(at + 1)) == word) {
        at = readSharedWord(log, word, at, out);
        continue;
      }
      long mask = palette.maskOf(log.code(item));
      if (StageLog.isPage(item)) {
        long vpn = word << 6 | StageLog.pageInWord(item);
        out.accept(vpn, vpn + 1, mask);
      } else {
        WordRegions.emit(word << 6, log.bits(item), mask, out);
      }
      at++;
    }
  }

  /** Reads a word that has several items. {@return where the next word begins} */
  private int readSharedWord(StageLog log, long word, int from, RegionJoiner out) {
    int rows = 0;
    int at = from;
    for (; at < log.size() && StageLog.word(log.item(at)) == word; at++) {
      long item = log.item(at);
      int row = rowOf(log.code(item), rows);
      rows = Math.max(rows, row + 1);
      rowWords[row] |= log.bits(item);
    }
    WordRegions.emit(word << 6, rowWords, rowMasks, rows, out);
    return at;
  }

  private int rowOf(int code, int rows) {
    for (int row = 0; row < rows; row++) {
      if (rowCodes[row] == code) {
        return row;
      }
    }
    if (rows == rowCodes.length) {
      int capacity = Math.max(4, 2 * rows);
      rowCodes = Arrays.copyOf(rowCodes, capacity);
      rowWords = Arrays.copyOf(rowWords, capacity);
      rowMasks = Arrays.copyOf(rowMasks, capacity);
    }
    rowCodes[rows] = code;
    rowMasks[rows] = palette.maskOf(code);
    rowWords[rows] = 0;
    return rows;
  }

  private void readChunks(StageLog log, RegionJoiner out) {
    planes.reset();
    log.sortByChunk();
    int size = log.size();
    int at = 0;
    while (at < size) {
      long chunk = StageLog.chunk(log.item(at));
      for (; at < size && StageLog.chunk(log.item(at)) == chunk; at++) {
        replay(log, log.item(at));
      }
      planes.emit(Chunk.startVpn(chunk), out);
    }
  }

  private void replay(StageLog log, long item) {
    int code = log.code(item);
    if (log.addsPages(item)) {
      planes.addWord(code, Chunk.wordOf(StageLog.word(item)), log.bits(item));
      return;
    }
    switch (log.op(item)) {
      case Op.ADD_RANGE -> planes.addRange(code, log.from(item), log.to(item));
      case Op.REMOVE_RANGE -> planes.removeRange(log.from(item), log.to(item));
      default -> planes.clearRange(palette.maskOf(code), log.from(item), log.to(item));
    }
  }
}
