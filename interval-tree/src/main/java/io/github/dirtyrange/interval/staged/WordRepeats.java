package io.github.dirtyrange.interval.staged;

import it.unimi.dsi.fastutil.longs.LongArrays;
import java.util.Arrays;

/** Counts how often a log comes back to a word, in every eighth chunk of it. */
final class WordRepeats {

  static final long BYTES = 40;

  private static final int EVERY = 8;

  private long[] seen = LongArrays.EMPTY_ARRAY;
  private int chunks;
  private int items;
  private int repeated;

  /** Takes part, perhaps, of the items [from, to) of one chunk. */
  void sample(StageLog log, int from, int to) {
    if (chunks++ % EVERY != 0) {
      return;
    }
    if (seen.length == 0) {
      seen = new long[Chunk.WORDS / 64];
    }
    Arrays.fill(seen, 0);
    for (int i = from; i < to; i++) {
      int word = Chunk.wordOf(StageLog.word(log.item(i)));
      repeated += (int) (seen[word >> 6] >>> word) & 1;
      seen[word >> 6] |= 1L << word;
    }
    items += to - from;
  }

  /** {@return how many per cent of the items came back to a word}, and begins anew. */
  int takePercent() {
    int percent = (int) (100L * repeated / Math.max(1, items));
    chunks = 0;
    items = 0;
    repeated = 0;
    return percent;
  }
}
