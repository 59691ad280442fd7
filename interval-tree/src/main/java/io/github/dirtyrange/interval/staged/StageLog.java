package io.github.dirtyrange.interval.staged;

import it.unimi.dsi.fastutil.longs.LongArrays;
import java.util.Arrays;

/**
 * The newest operations of a map in the order they came, each a long that sorts by where it
 * applies.
 *
 * <p>An item is the number of a 64-page word in its upper 46 bits. Bit 0 tells a single page, the
 * usual case, from the rest: then the page in the word follows that of the word, and bits 1 to 8
 * are the mask's code. Otherwise bits 1 to 17 number a side entry: bits of a word, or a range
 * inside the chunk in which the word is the first.
 */
final class StageLog {

  static final int MAX_ITEMS = 1 << 17;

  static final int WORD_SHIFT = 18;
  static final int CHUNK_SHIFT = WORD_SHIFT + Chunk.BITS - 6;

  private static final int PAGE_SHIFT = WORD_SHIFT - 6;
  private static final int PAGE = 1;
  private static final int CODE_MASK = (1 << WordCache.CODE_BITS) - 1;

  private final RadixSort sort = new RadixSort();

  /* items belong to sort. side holds two longs an entry: operation and code; bits, or range. */
  private long[] items = LongArrays.EMPTY_ARRAY;
  private int size;
  private long[] side = LongArrays.EMPTY_ARRAY;
  private int sideSize;
  private int rangeCount;

  int size() {
    return size;
  }

  int rangeCount() {
    return rangeCount;
  }

  /** {@return whether no item fits without growing} */
  boolean isFull() {
    return size == items.length;
  }

  int capacity() {
    return items.length;
  }

  /** Makes room for {@code capacity} items in all. */
  void grow(int capacity) {
    items = sort.grow(capacity, size);
  }

  /** Adds pages of a word, given as in {@link WordCache}; a key of 0 adds nothing. */
  void addWord(long key, long bits) {
    long item = WordCache.wordOf(key) << WORD_SHIFT;
    if ((bits & (bits - 1)) == 0) {
      long page = Long.numberOfTrailingZeros(bits) & 63;
      items[size] = item | page << PAGE_SHIFT | WordCache.codeOf(key) << 1 | PAGE;
      size += bits == 0 ? 0 : 1;
      return;
    }
    items[size++] = item | addSide(Op.ADD_WORD, WordCache.codeOf(key), bits);
  }

  /** Adds one page. */
  void addPage(long vpn, int code) {
    items[size++] = vpn << PAGE_SHIFT | (long) code << 1 | PAGE;
  }

  /** Adds an operation on a range inside one chunk. */
  void addRange(int op, int code, long startVpn, long endVpn) {
    long from = Chunk.pageOf(startVpn);
    long to = Chunk.pageOf(endVpn - 1);
    items[size++] = Chunk.of(startVpn) << CHUNK_SHIFT | addSide(op, code, from << 16 | to);
    rangeCount++;
  }

  /** Sorts by word; what is in the same word may come in any order. */
  void sortByWord() {
    items = sort.sort(size, WORD_SHIFT);
  }

  /** Sorts by chunk, in order of arrival within each. */
  void sortByChunk() {
    items = sort.sort(size, CHUNK_SHIFT);
  }

  void clear() {
    size = 0;
    sideSize = 0;
    rangeCount = 0;
  }

  void release() {
    clear();
    sort.release();
    items = new long[0];
    side = new long[0];
  }

  long item(int index) {
    return items[index];
  }

  static long word(long item) {
    return item >>> WORD_SHIFT;
  }

  static long chunk(long item) {
    return item >>> CHUNK_SHIFT;
  }

  static boolean isPage(long item) {
    return (item & PAGE) != 0;
  }

  /** {@return the mask's code of a single page} */
  static int codeOfPage(long item) {
    return (int) (item >>> 1) & CODE_MASK;
  }

  /** {@return the items, good until the log grows or is sorted} */
  long[] items() {
    return items;
  }

  /** {@return the place of a single page in its word, 0 to 63} */
  static int pageInWord(long item) {
    return (int) (item >>> PAGE_SHIFT) & 63;
  }

  /** {@return the place of a single page in its chunk} */
  static int pageInChunk(long item) {
    return (int) (item >>> PAGE_SHIFT) & (Chunk.PAGES - 1);
  }

  /** {@return whether the item adds pages of one word} */
  boolean addsPages(long item) {
    return isPage(item) || op(item) == Op.ADD_WORD;
  }

  int op(long item) {
    return (int) side[2 * sideOf(item)] >>> WordCache.CODE_BITS;
  }

  int code(long item) {
    return isPage(item) ? codeOfPage(item) : (int) side[2 * sideOf(item)] & CODE_MASK;
  }

  /** {@return the pages of its word that an addition names} */
  long bits(long item) {
    return isPage(item) ? 1L << pageInWord(item) : side[2 * sideOf(item) + 1];
  }

  /** {@return the first page in the chunk of a range} */
  int from(long item) {
    return (int) (side[2 * sideOf(item) + 1] >>> 16);
  }

  /** {@return the page after the last in the chunk of a range} */
  int to(long item) {
    return ((int) side[2 * sideOf(item) + 1] & 0xFFFF) + 1;
  }

  long memoryBytes() {
    return 120 + sort.memoryBytes() + 8L * side.length;
  }

  private static int sideOf(long item) {
    return (int) (item >>> 1) & (MAX_ITEMS - 1);
  }

  private long addSide(int op, int code, long content) {
    if (2 * sideSize == side.length) {
      side = Arrays.copyOf(side, Math.max(16, 2 * side.length));
    }
    side[2 * sideSize] = (long) op << WordCache.CODE_BITS | code;
    side[2 * sideSize + 1] = content;
    return (long) sideSize++ << 1;
  }
}
