package io.github.dirtyrange.interval;

/**
 * The contents of a stage in order: by chunk, and within a chunk first the operations on ranges, as
 * they came, and then the words.
 *
 * <p>Each item is a long that holds the chunk, the kind of item and where or what it is. A word
 * with a single page, the usual one, is held whole, so that reading it back touches nothing else.
 */
final class StageSort {

  static final int RANGE = 0;
  static final int PAGE = 1;
  static final int WORD = 2;

  private static final int KIND_SHIFT = 24;
  private static final int CHUNK_SHIFT = 26;
  private static final int WORDS_PER_CHUNK_BITS = Chunk.BITS - 6;

  private final RadixSort sort = new RadixSort();
  private long[] sorted = {};
  private int size;

  /** Sorts all of a stage by chunk. */
  void byChunk(Stage stage) {
    int ranges = stage.rangeCount();
    int words = stage.size();
    long[] items = sort.buffer(ranges + words);
    for (int i = 0; i < ranges; i++) {
      items[i] = Chunk.of(stage.startOfRange(i)) << CHUNK_SHIFT | i;
    }
    size = ranges;
    if (stage.isSparse()) {
      for (int i = 0; i < words; i++) {
        addWord(stage, stage.slotOf(i), items);
      }
    } else {
      for (int slot = 0; slot < stage.slots(); slot++) {
        addWord(stage, slot, items);
      }
    }
    sorted = sort.sort(size, CHUNK_SHIFT);
  }

  /** Sorts the words of a stage by their number; {@link #slot} and {@link #word} read them. */
  void byWord(Stage stage) {
    size = stage.size();
    long[] items = sort.buffer(size);
    for (int i = 0; i < size; i++) {
      int slot = stage.slotOf(i);
      items[i] = stage.wordAt(slot) << Stage.SLOT_BITS | slot;
    }
    sorted = sort.sort(size, Stage.SLOT_BITS);
  }

  int size() {
    return size;
  }

  /** {@return an item, from 0 on in order} */
  long item(int index) {
    return sorted[index];
  }

  static long word(long item) {
    return item >>> Stage.SLOT_BITS;
  }

  static int slot(long item) {
    return (int) item & ((1 << Stage.SLOT_BITS) - 1);
  }

  static long chunk(long item) {
    return item >>> CHUNK_SHIFT;
  }

  static int kind(long item) {
    return (int) (item >>> KIND_SHIFT) & 3;
  }

  /** {@return the number of a range, in order of arrival} */
  static int range(long item) {
    return (int) item & ((1 << KIND_SHIFT) - 1);
  }

  /** {@return the page in its chunk of an item that is a single page} */
  static int page(long item) {
    return (int) (item >>> 8) & (Chunk.PAGES - 1);
  }

  /** {@return the mask's code of an item that is a single page} */
  static int code(long item) {
    return (int) item & 0xFF;
  }

  void release() {
    sort.release();
    sorted = new long[0];
  }

  long memoryBytes() {
    return 32 + sort.memoryBytes();
  }

  private void addWord(Stage stage, int slot, long[] items) {
    long bits = stage.bitsAt(slot);
    if (bits == 0 || stage.isFree(slot)) {
      return;
    }
    long word = stage.wordAt(slot);
    long chunk = word >>> WORDS_PER_CHUNK_BITS << CHUNK_SHIFT;
    if ((bits & (bits - 1)) != 0) {
      items[size++] = chunk | (long) WORD << KIND_SHIFT | slot;
      return;
    }
    long page = (word << 6 | Long.numberOfTrailingZeros(bits)) & (Chunk.PAGES - 1);
    items[size++] = chunk | (long) PAGE << KIND_SHIFT | page << 8 | stage.codeAt(slot);
  }
}
