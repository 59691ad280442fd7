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
 * inside the chunk in which the word is the first. A side entry belongs to one item, and is used
 * again once that has been condensed; so there are never more than items, and the numbers suffice.
 */
final class StageLog {

  static final int MAX_ITEMS = 1 << 17;

  static final int WORD_SHIFT = 18;
  static final int CHUNK_SHIFT = WORD_SHIFT + Chunk.BITS - 6;

  private static final int PAGE_SHIFT = WORD_SHIFT - 6;
  private static final int PAGE = 1;

  /** The bits of a single page's item that tell which of its word it is. */
  private static final long PAGE_IN_WORD = 63L << PAGE_SHIFT;

  private static final int NO_SIDE = -1;

  private static final int CODE_MASK = (1 << WordCache.CODE_BITS) - 1;

  /*
   * The last items, from rawFrom on, are raw: as they were added. At most rawLimit are, and before
   * end there is room for more of them; then they are condensed in place.
   */
  private final int rawLimit;
  private final RadixSort sort = new RadixSort();

  /*
   * items belong to sort. side holds two longs an entry: operation and code; bits, or range. Of an
   * entry that is free the first is the number of the next free one.
   */
  private long[] items = LongArrays.EMPTY_ARRAY;
  private int size;
  private int rawFrom;
  private int end;
  private long dropped;
  private long[] side = LongArrays.EMPTY_ARRAY;
  private int sideSize;
  private int freeSide = NO_SIDE;
  private int rangeCount;

  /** Makes an empty log, of which at most {@code rawLimit} items are raw. */
  StageLog(int rawLimit) {
    this.rawLimit = rawLimit;
  }

  int size() {
    return size;
  }

  /** {@return where the raw items begin: those that nobody has condensed yet} */
  int rawFrom() {
    return rawFrom;
  }

  /** {@return a number that grows with every item that is added} */
  long version() {
    return dropped + size;
  }

  int rangeCount() {
    return rangeCount;
  }

  /** {@return whether no item fits before it is condensed or grows} */
  boolean isFull() {
    return size == end;
  }

  /** {@return whether as many items are raw as may be} */
  boolean isRawFull() {
    return size - rawFrom == rawLimit;
  }

  /** {@return whether there is no room for as many raw items as may be} */
  boolean isShort() {
    return capacity() - size < rawLimit;
  }

  /** Notes that {@code newSize} items are left, the last of them still raw. */
  void shorten(int newSize) {
    dropped += size - newSize;
    size = newSize;
  }

  /** Notes that {@code newSize} items are left and none of them is raw. */
  void condensed(int newSize) {
    shorten(newSize);
    rawFrom = newSize;
    end = Math.min(capacity(), rawFrom + rawLimit);
  }

  int capacity() {
    return Math.max(0, items.length - 1);
  }

  /** Makes room for {@code capacity} items in all. */
  void grow(int capacity) {
    items = sort.grow(capacity + 1, size);
    end = Math.min(capacity, rawFrom + rawLimit);
  }

  /** Adds pages of a word. */
  void addWord(long word, int code, long bits) {
    size = putWord(size, keyOf(word, code), bits);
  }

  /** Puts pages of a word at a place; none take no place. {@return the next place} */
  int putWord(int at, long key, long bits) {
    if ((bits & (bits - 1)) == 0) {
      items[at] = key | (Long.numberOfTrailingZeros(bits) & 63L) << PAGE_SHIFT;
      return at + (bits == 0 ? 0 : 1);
    }
    items[at] = key >>> WORD_SHIFT << WORD_SHIFT | addSide(Op.ADD_WORD, codeOfPage(key), bits);
    return at + 1;
  }

  /** {@return the item of the first page of a word, which stands for the word in a cache} */
  static long keyOf(long word, int code) {
    return word << WORD_SHIFT | (long) code << 1 | PAGE;
  }

  /** {@return the same of the word of a page} */
  static long keyOfPage(long item) {
    return item & ~PAGE_IN_WORD;
  }

  /** {@return the bit of a page in its word} */
  static long bitOfPage(long item) {
    return 1L << (item >>> PAGE_SHIFT);
  }

  /** {@return whether an item fits without growing} */
  boolean hasRoom() {
    return size < capacity();
  }

  /** Adds one page. */
  void addPage(long vpn, int code) {
    items[size++] = vpn << PAGE_SHIFT | (code << 1 | PAGE);
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
    dropped += size;
    size = 0;
    rawFrom = 0;
    end = Math.min(capacity(), rawLimit);
    sideSize = 0;
    freeSide = NO_SIDE;
    rangeCount = 0;
  }

  void release() {
    clear();
    sort.release();
    items = new long[0];
    end = 0;
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

  /** {@return the items and a 0 behind them, good until the log grows or is sorted} */
  long[] items() {
    items[size] = 0;
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
    return isPage(item) ? bitOfPage(item) : side[2 * sideOf(item) + 1];
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

  /** Frees what the addition to a word, which is no single page, has beside its item. */
  void free(long item) {
    int entry = sideOf(item);
    side[2 * entry] = freeSide;
    freeSide = entry;
  }

  private static int sideOf(long item) {
    return (int) (item >>> 1) & (MAX_ITEMS - 1);
  }

  private long addSide(int op, int code, long content) {
    int entry = takeSide();
    side[2 * entry] = (long) op << WordCache.CODE_BITS | code;
    side[2 * entry + 1] = content;
    return (long) entry << 1;
  }

  private int takeSide() {
    if (freeSide != NO_SIDE) {
      int entry = freeSide;
      freeSide = (int) side[2 * entry];
      return entry;
    }
    if (2 * sideSize == side.length) {
      if (sideSize == MAX_ITEMS) {
        throw new IllegalStateException("more side entries than items");
      }
      side = Arrays.copyOf(side, Math.max(16, 2 * side.length));
    }
    return sideSize++;
  }
}
