package io.github.dirtyrange.interval;

import java.util.Arrays;

/**
 * The newest operations of a map: additions merged by 64-page word and mask, and before them, in
 * the order they came, the operations on longer ranges.
 *
 * <p>Taking pages out also takes them out of the words that are here, so that the words always come
 * after the ranges.
 */
final class Stage {

  /** The most slots there may be: their numbers must fit beside a word's number in a long. */
  static final int SLOT_BITS = 17;

  private static final int CODE_BITS = 8;
  private static final int FIRST_SLOTS = 32;
  private static final long SCATTER = 0x9E3779B97F4A7C15L;

  /** What an unused stage looks into. */
  private static final long[] NO_SLOTS = {0, 0};

  /*
   * table is an open-addressing hash table of (key, bits) pairs side by side, so that an addition
   * touches one cache line; key 0 is a free slot. The key is the word's number and the mask's code.
   * Four neighbouring words share a line, and lines are scattered. used lists the taken slots in
   * order of arrival, for a stage that is much smaller than it once was.
   *
   * ranges holds (operation and code, first page, page after the last) of every longer operation,
   * each inside one chunk.
   */
  private long[] table = NO_SLOTS;
  private int[] used = {};
  private int shift = 63;
  private int size;
  private int limit;
  private long[] ranges = {};
  private int rangeCount;
  private long merged;

  /** {@return how many words there are} */
  int size() {
    return size;
  }

  int rangeCount() {
    return rangeCount;
  }

  boolean isEmpty() {
    return size == 0 && rangeCount == 0;
  }

  /** {@return how many additions found their word since the stage was emptied} */
  long merged() {
    return merged;
  }

  int slots() {
    return used.length == 0 ? 0 : table.length / 2;
  }

  static long key(long word, int code) {
    return word << CODE_BITS | code;
  }

  /** Adds pages of one word. {@return false, and does nothing, if there is no room} */
  boolean addWord(long key, long bits) {
    long[] slots = table;
    int last = slots.length - 2;
    int at = home(key);
    while (slots[at] != 0) {
      if (slots[at] == key) {
        slots[at + 1] |= bits;
        merged++;
        return true;
      }
      at = (at + 2) & last;
    }
    if (size == limit) {
      return false;
    }
    slots[at] = key;
    slots[at + 1] = bits;
    used[size++] = at >> 1;
    return true;
  }

  /** Notes an operation on a range inside one chunk. */
  void addRange(int op, int code, long startVpn, long endVpn) {
    if (3 * rangeCount == ranges.length) {
      ranges = Arrays.copyOf(ranges, Math.max(12, 6 * rangeCount));
    }
    ranges[3 * rangeCount] = (long) op << CODE_BITS | code;
    ranges[3 * rangeCount + 1] = startVpn;
    ranges[3 * rangeCount + 2] = endVpn;
    rangeCount++;
  }

  /** Takes pages out of the words that are here; codes go up to {@code lastCode}. */
  void clearPages(long startVpn, long endVpn, int lastCode) {
    long first = startVpn >>> 6;
    long last = (endVpn - 1) >>> 6;
    if ((last - first + 1) * lastCode > size) {
      for (int i = 0; i < size; i++) {
        clearPagesOf(2 * used[i], startVpn, endVpn);
      }
      return;
    }
    for (long word = first; word <= last; word++) {
      for (int code = 1; code <= lastCode; code++) {
        clearPagesOf(find(key(word, code)), startVpn, endVpn);
      }
    }
  }

  /** Makes room for four times as many words, in at most {@code maxSlots} slots. */
  void grow(int maxSlots) {
    long[] old = table;
    int slots = Math.min(maxSlots, Math.max(FIRST_SLOTS, 4 * slots()));
    table = new long[2 * slots];
    shift = Long.numberOfLeadingZeros(slots) + 1;
    limit = slots == maxSlots && slots > 8 ? slots / 16 * 13 : slots / 8 * 5;
    int[] oldUsed = used;
    used = new int[limit];
    for (int i = 0; i < size; i++) {
      int from = 2 * oldUsed[i];
      int to = find(old[from]);
      table[to] = old[from];
      table[to + 1] = old[from + 1];
      used[i] = to >> 1;
    }
  }

  void clear() {
    if (isSparse()) {
      for (int i = 0; i < size; i++) {
        table[2 * used[i]] = 0;
      }
    } else {
      Arrays.fill(table, 0);
    }
    size = 0;
    rangeCount = 0;
    merged = 0;
  }

  /** Empties the stage and gives its memory back. */
  void release() {
    size = 0;
    rangeCount = 0;
    merged = 0;
    limit = 0;
    table = NO_SLOTS;
    shift = 63;
    used = new int[0];
    ranges = new long[0];
  }

  /** {@return the slot of the word that came as number {@code index}} */
  int slotOf(int index) {
    return used[index];
  }

  boolean isFree(int slot) {
    return table[2 * slot] == 0;
  }

  /** {@return whether so few slots are taken that listing them beats going through all} */
  boolean isSparse() {
    return size <= slots() / 4;
  }

  long wordAt(int slot) {
    return table[2 * slot] >>> CODE_BITS;
  }

  int codeAt(int slot) {
    return (int) table[2 * slot] & ((1 << CODE_BITS) - 1);
  }

  long bitsAt(int slot) {
    return table[2 * slot + 1];
  }

  int opOfRange(int index) {
    return (int) ranges[3 * index] >>> CODE_BITS;
  }

  int codeOfRange(int index) {
    return (int) ranges[3 * index] & ((1 << CODE_BITS) - 1);
  }

  long startOfRange(int index) {
    return ranges[3 * index + 1];
  }

  long endOfRange(int index) {
    return ranges[3 * index + 2];
  }

  long memoryBytes() {
    return 120 + 16L * slots() + 4L * used.length + 8L * ranges.length;
  }

  /** {@return where in the table the search for a key begins} */
  private int home(long key) {
    long word = key >>> CODE_BITS;
    long line = (((word >>> 2) + (key << 56)) * SCATTER) >>> shift;
    return (int) (line << 1 ^ (word & 3) << 1) & (table.length - 2);
  }

  /** {@return where in the table a key is, or the free slot that ends the search for it} */
  private int find(long key) {
    int at = home(key);
    while (table[at] != 0 && table[at] != key) {
      at = (at + 2) & (table.length - 2);
    }
    return at;
  }

  private void clearPagesOf(int at, long startVpn, long endVpn) {
    long wordStart = table[at] >>> CODE_BITS << 6;
    if (table[at] != 0 && wordStart < endVpn && wordStart + 64 > startVpn) {
      int from = (int) Math.max(0, startVpn - wordStart);
      int to = (int) Math.min(64, endVpn - wordStart);
      table[at + 1] &= ~Chunk.bits(from, to);
    }
  }
}
