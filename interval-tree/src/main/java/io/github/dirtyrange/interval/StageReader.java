package io.github.dirtyrange.interval;

import java.util.Arrays;

/** Reads regions straight off a stage, for maps whose every operation is still there. */
final class StageReader {

  /*
   * rowWords and rowMasks collect the words of the same 64 pages, one for each mask.
   */
  private final MaskPalette palette;
  private final StageSort sort;
  private final ChunkPlanes planes;
  private long[] rowWords = new long[4];
  private long[] rowMasks = new long[4];

  StageReader(MaskPalette palette, StageSort sort, ChunkPlanes planes) {
    this.palette = palette;
    this.sort = sort;
    this.planes = planes;
  }

  /** Hands out all regions of the stage in order. */
  void read(Stage stage, RegionJoiner out) {
    if (stage.rangeCount() > 0) {
      readChunks(stage, out);
    } else {
      readWords(stage, out);
    }
    out.finish();
  }

  long memoryBytes() {
    return 88 + 16L * rowWords.length;
  }

  private void readWords(Stage stage, RegionJoiner out) {
    sort.byWord(stage);
    int size = sort.size();
    int at = 0;
    while (at < size) {
      long item = sort.item(at);
      long word = StageSort.word(item);
      if (at + 1 == size || StageSort.word(sort.item(at + 1)) != word) {
        int slot = StageSort.slot(item);
        long mask = palette.maskOf(stage.codeAt(slot));
        WordRegions.emit(word << 6, stage.bitsAt(slot), mask, out);
        at++;
      } else {
        at = readSharedWord(stage, word, at, out);
      }
    }
  }

  /** Reads a word that several masks have. {@return where the next word begins} */
  private int readSharedWord(Stage stage, long word, int from, RegionJoiner out) {
    int rows = 0;
    int at = from;
    for (; at < sort.size() && StageSort.word(sort.item(at)) == word; at++) {
      if (rows == rowWords.length) {
        rowWords = Arrays.copyOf(rowWords, 2 * rows);
        rowMasks = Arrays.copyOf(rowMasks, 2 * rows);
      }
      int slot = StageSort.slot(sort.item(at));
      rowWords[rows] = stage.bitsAt(slot);
      rowMasks[rows] = palette.maskOf(stage.codeAt(slot));
      rows++;
    }
    WordRegions.emit(word << 6, rowWords, rowMasks, rows, out);
    return at;
  }

  private void readChunks(Stage stage, RegionJoiner out) {
    planes.reset();
    sort.byChunk(stage);
    int size = sort.size();
    int at = 0;
    while (at < size) {
      long chunk = StageSort.chunk(sort.item(at));
      for (; at < size && StageSort.chunk(sort.item(at)) == chunk; at++) {
        replay(stage, sort.item(at));
      }
      planes.emit(Chunk.startVpn(chunk), out);
    }
  }

  private void replay(Stage stage, long item) {
    switch (StageSort.kind(item)) {
      case StageSort.RANGE -> replayRange(stage, StageSort.range(item));
      case StageSort.PAGE -> planes.addPage(StageSort.code(item), StageSort.page(item));
      default -> {
        int slot = StageSort.slot(item);
        planes.addWord(stage.codeAt(slot), Chunk.wordOf(stage.wordAt(slot)), stage.bitsAt(slot));
      }
    }
  }

  private void replayRange(Stage stage, int index) {
    int from = Chunk.pageOf(stage.startOfRange(index));
    int to = Chunk.pageOf(stage.endOfRange(index) - 1) + 1;
    int code = stage.codeOfRange(index);
    switch (stage.opOfRange(index)) {
      case Op.ADD_RANGE -> planes.addRange(code, from, to);
      case Op.REMOVE_RANGE -> planes.removeRange(from, to);
      default -> planes.clearRange(palette.maskOf(code), from, to);
    }
  }
}
