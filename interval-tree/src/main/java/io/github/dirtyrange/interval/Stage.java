package io.github.dirtyrange.interval;

import java.util.Arrays;

/**
 * The newest operations of a map, in the order they came, additions to the same 64 pages merged.
 *
 * <p>An entry is a key and a word. The key holds the number of a 64-page word, the operation
 * ({@link Op}) and the mask's code. The word holds the pages of {@link Op#ADD_WORD} as bits, or the
 * range of any other operation as two page offsets inside the chunk.
 */
final class Stage {

  /** Positions take this many bits when they are sorted beside the keys. */
  static final int POSITION_BITS = 17;

  static final int MAX_CAPACITY = 1 << POSITION_BITS;

  private static final int WORD_SHIFT = 10;
  private static final int CHUNK_SHIFT = WORD_SHIFT + Chunk.BITS - 6;
  private static final int FIRST_CAPACITY = 16;
  private static final int SLOTS_PER_ENTRY = 2;

  /** What an unused stage looks into: one entry whose key no operation has. */
  private static final long[] NO_ENTRY = {-1, 0};

  private static final int[] NO_SLOT = {0};

  /*
   * log holds key, word, key, word, ... in order of arrival. slots is a direct-mapped index from
   * key to position. It is a hint that is never cleared: a position is believed only if the entry
   * there has the key, is in use, and lies behind the last removal (barrier), because bits merged
   * into an entry before a removal would be removed with it.
   */
  private long[] log = NO_ENTRY;
  private int[] slots = NO_SLOT;
  private int capacity;
  private int size;
  private int barrier;
  private boolean ranges;
  private long merged;

  int size() {
    return size;
  }

  /** {@return whether some entry is not an {@link Op#ADD_WORD}} */
  boolean hasRanges() {
    return ranges;
  }

  /** {@return how many additions found their entry since the stage was emptied} */
  long merged() {
    return merged;
  }

  int capacity() {
    return capacity;
  }

  static long key(long word, int op, int code) {
    return word << WORD_SHIFT | (long) op << 8 | code;
  }

  /** Adds pages of one 64-page word. {@return false, and does nothing, if the stage is full} */
  boolean addWord(long key, long bits) {
    int slot = slotOf(key);
    int position = slots[slot];
    if (log[2 * position] == key && position < size && position >= barrier) {
      log[2 * position + 1] |= bits;
      merged++;
      return true;
    }
    if (size == capacity) {
      return false;
    }
    slots[slot] = size;
    append(key, bits);
    return true;
  }

  /** Adds an operation on pages [from, to) of the key's chunk. {@return false if it is full} */
  boolean addRange(long key, int from, int to) {
    if (size == capacity) {
      return false;
    }
    append(key, from | (long) to << 16);
    ranges = true;
    if (opOf(key) >= Op.REMOVE_RANGE) {
      barrier = size;
    }
    return true;
  }

  /** Makes room for four times as many entries, at most {@code limit}. */
  void grow(int limit) {
    capacity = Math.min(limit, Math.max(FIRST_CAPACITY, 4 * capacity));
    log = Arrays.copyOf(log, 2 * capacity);
    slots = new int[Integer.highestOneBit(capacity) * SLOTS_PER_ENTRY];
    for (int position = barrier; position < size; position++) {
      slots[slotOf(keyAt(position))] = position;
    }
  }

  void clear() {
    size = 0;
    barrier = 0;
    ranges = false;
    merged = 0;
  }

  /** Empties the stage and gives its memory back. */
  void release() {
    clear();
    log = NO_ENTRY;
    slots = NO_SLOT;
    capacity = 0;
  }

  long keyAt(int position) {
    return log[2 * position];
  }

  long wordAt(int position) {
    return log[2 * position + 1];
  }

  static long wordOf(long key) {
    return key >>> WORD_SHIFT;
  }

  static long chunkOf(long key) {
    return key >>> CHUNK_SHIFT;
  }

  static int opOf(long key) {
    return (int) (key >>> 8) & 3;
  }

  static int codeOf(long key) {
    return (int) key & 0xFF;
  }

  /** Sorts the positions by 64-page word. {@return keys from which {@link #position} reads} */
  long[] sortByWord(RadixSort sort) {
    return sortBy(sort, WORD_SHIFT);
  }

  /** Sorts the positions by chunk, in order of arrival within each. */
  long[] sortByChunk(RadixSort sort) {
    return sortBy(sort, CHUNK_SHIFT);
  }

  static int position(long sorted) {
    return (int) sorted & (MAX_CAPACITY - 1);
  }

  long memoryBytes() {
    return 80 + 16L * capacity + 4L * slots.length;
  }

  private int slotOf(long key) {
    long word = key >>> WORD_SHIFT;
    return (int) (word ^ word >>> 16 ^ key << 7) & (slots.length - 1);
  }

  private void append(long key, long word) {
    log[2 * size] = key;
    log[2 * size + 1] = word;
    size++;
  }

  private long[] sortBy(RadixSort sort, int shift) {
    long[] keys = sort.buffer(size);
    long first = size == 0 ? 0 : keyAt(0) >>> shift;
    long varying = 0;
    long previous = 0;
    boolean inOrder = true;
    for (int position = 0; position < size; position++) {
      long group = keyAt(position) >>> shift;
      varying |= group ^ first;
      inOrder &= group >= previous;
      previous = group;
      keys[position] = group << POSITION_BITS | position;
    }
    return sort.sort(size, inOrder ? 0 : varying << POSITION_BITS);
  }
}
