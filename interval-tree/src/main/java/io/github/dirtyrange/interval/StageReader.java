package io.github.dirtyrange.interval;

import java.util.Arrays;

/** Reads regions straight off a stage, for maps whose every operation is still there. */
final class StageReader {

  /*
   * rowCodes, rowWords and rowMasks collect the entries of one 64-page word, one row per mask.
   */
  private final MaskPalette palette;
  private final RadixSort sort;
  private final ChunkPlanes planes;
  private int[] rowCodes = new int[4];
  private long[] rowWords = new long[4];
  private long[] rowMasks = new long[4];

  StageReader(MaskPalette palette, RadixSort sort, ChunkPlanes planes) {
    this.palette = palette;
    this.sort = sort;
    this.planes = planes;
  }

  /** Hands out all regions of the stage in order. */
  void read(Stage stage, RegionJoiner out) {
    if (stage.hasRanges()) {
      readChunks(stage, stage.sortByChunk(sort), out);
    } else {
      readWords(stage, stage.sortByWord(sort), out);
    }
    out.finish();
  }

  long memoryBytes() {
    return 88 + 20L * rowCodes.length;
  }

  private void readWords(Stage stage, long[] sorted, RegionJoiner out) {
    int size = stage.size();
    int at = 0;
    while (at < size) {
      long head = sorted[at];
      int position = Stage.position(head);
      long startVpn = head >>> Stage.POSITION_BITS << 6;
      if (at + 1 == size || (sorted[at + 1] ^ head) >>> Stage.POSITION_BITS != 0) {
        long mask = palette.maskOf(Stage.codeOf(stage.keyAt(position)));
        WordRegions.emit(startVpn, stage.wordAt(position), mask, out);
        at++;
      } else {
        at = readSharedWord(stage, sorted, at, out);
      }
    }
  }

  /** Reads a word that has several entries. {@return where the next word begins} */
  private int readSharedWord(Stage stage, long[] sorted, int from, RegionJoiner out) {
    long word = sorted[from] >>> Stage.POSITION_BITS;
    int rows = 0;
    int at = from;
    for (; at < stage.size() && sorted[at] >>> Stage.POSITION_BITS == word; at++) {
      int position = Stage.position(sorted[at]);
      int code = Stage.codeOf(stage.keyAt(position));
      int row = rowOf(code, rows);
      rows = Math.max(rows, row + 1);
      rowWords[row] |= stage.wordAt(position);
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
      rowCodes = Arrays.copyOf(rowCodes, 2 * rows);
      rowWords = Arrays.copyOf(rowWords, 2 * rows);
      rowMasks = Arrays.copyOf(rowMasks, 2 * rows);
    }
    rowCodes[rows] = code;
    rowWords[rows] = 0;
    rowMasks[rows] = palette.maskOf(code);
    return rows;
  }

  private void readChunks(Stage stage, long[] sorted, RegionJoiner out) {
    planes.reset();
    int size = stage.size();
    int at = 0;
    while (at < size) {
      long chunk = sorted[at] >>> Stage.POSITION_BITS;
      while (at < size && sorted[at] >>> Stage.POSITION_BITS == chunk) {
        replay(stage, Stage.position(sorted[at]));
        at++;
      }
      planes.emit(Chunk.startVpn(chunk), out);
    }
  }

  private void replay(Stage stage, int position) {
    long key = stage.keyAt(position);
    long word = stage.wordAt(position);
    int code = Stage.codeOf(key);
    int from = (int) word & 0xFFFF;
    int to = (int) (word >>> 16);
    switch (Stage.opOf(key)) {
      case Op.ADD_WORD -> planes.addWord(code, (int) Stage.wordOf(key) & (Chunk.WORDS - 1), word);
      case Op.ADD_RANGE -> planes.addRange(code, from, to);
      case Op.REMOVE_RANGE -> planes.removeRange(from, to);
      default -> planes.clearRange(palette.maskOf(code), from, to);
    }
  }
}
