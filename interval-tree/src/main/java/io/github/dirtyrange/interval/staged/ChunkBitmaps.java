package io.github.dirtyrange.interval.staged;

import it.unimi.dsi.fastutil.longs.LongArrays;
import java.util.Arrays;

/**
 * Bitmaps of the chunks in which pages lie dense, one for each mask that is common there: an
 * addition is one lookup and one store, and needs no sorting later.
 *
 * <p>Like the word cache it comes after everything that was logged, so whoever takes pages out
 * takes them out of here too.
 */
final class ChunkBitmaps {

  private static final int FIRST_SLOTS = 64;
  private static final int CODE_BITS = WordCache.CODE_BITS;

  /** A bitmap with fewer pages at a drain is not kept for the next filling. */
  private static final int DENSE_PAGES = 256;

  /** What the walk stands at when it has passed all chunks. */
  private static final long NONE = Long.MAX_VALUE;

  private static final long SCATTER = 0xD1B54A32D192ED03L;
  private static final long[][] NO_BITMAPS = {};

  /*
   * An open-addressing table, at most a quarter full. A key is the number of a chunk and the code of
   * a mask; 0 is free.
   */
  private final int maxBitmaps;
  private long[] keys = LongArrays.EMPTY_ARRAY;
  private long[][] bitmaps = NO_BITMAPS;
  private int count;
  private boolean used;

  /** Where the next item goes that stays in the log at hand. */
  private int kept;

  private long[] order = LongArrays.EMPTY_ARRAY;
  private int orderAt;

  ChunkBitmaps(int maxBitmaps) {
    this.maxBitmaps = maxBitmaps;
  }

  /** {@return whether there is no bitmap} */
  boolean hasNone() {
    return count == 0;
  }

  /** {@return whether nothing was added since it was emptied} */
  boolean isEmpty() {
    return !used;
  }

  /**
   * Takes the raw additions to chunks with a bitmap out of a log, and what it removes out of the
   * bitmaps of codes up to {@code lastCode}. {@return how many items are left, raw as they are}
   */
  int condense(StageLog log, int lastCode) {
    long[] items = log.items();
    int size = log.size();
    kept = log.rawFrom();
    for (int at = take(items, kept); at < size; at = take(items, at)) {
      condense(log, items[at++], lastCode);
    }
    return kept;
  }

  /**
   * Takes pages, and leaves those without a bitmap at the place {@code kept}; the usual loop, apart
   * so that it calls nothing. {@return where the first item is that is no page}
   */
  private int take(long[] items, int from) {
    long[] keys = this.keys;
    long[][] bitmaps = this.bitmaps;
    int kept = this.kept;
    int i = from;
    for (; StageLog.isPage(items[i]); i++) {
      long item = items[i];
      long key = StageLog.chunk(item) << CODE_BITS | StageLog.codeOfPage(item);
      int slot = slotOf(key, keys);
      if (keys[slot] == key) {
        bitmaps[slot][Chunk.wordOf(StageLog.word(item))] |= StageLog.bitOfPage(item);
      } else {
        items[kept++] = item;
      }
    }
    used |= kept - this.kept < i - from;
    this.kept = kept;
    return i;
  }

  private void condense(StageLog log, long item, int lastCode) {
    if (log.addsPages(item)) {
      int slot = slotOf(StageLog.chunk(item) << CODE_BITS | log.code(item), keys);
      if (keys[slot] != 0) {
        bitmaps[slot][Chunk.wordOf(StageLog.word(item))] |= log.bits(item);
        log.free(item);
        used = true;
        return;
      }
    } else if (log.op(item) == Op.REMOVE_RANGE) {
      long start = Chunk.startVpn(StageLog.chunk(item));
      remove(start + log.from(item), start + log.to(item), lastCode);
    }
    log.items()[kept++] = item;
  }

  /** Makes a bitmap for a chunk and a mask, if there is none and may be one more. */
  void open(long chunk, int code) {
    if (4 * count >= keys.length) {
      rehash(Math.max(FIRST_SLOTS, 2 * keys.length));
    }
    long key = chunk << CODE_BITS | code;
    int slot = slotOf(key);
    if (keys[slot] == key || count == maxBitmaps) {
      return;
    }
    keys[slot] = key;
    bitmaps[slot] = new long[Chunk.WORDS];
    count++;
  }

  /** {@return whether there is a bitmap for a chunk and a mask} */
  boolean isOpen(long chunk, int code) {
    long key = chunk << CODE_BITS | code;
    return count > 0 && keys[slotOf(key)] == key;
  }

  /** {@return whether there is a bitmap of a chunk that meets the range} */
  boolean meets(long startVpn, long endVpn) {
    for (long key : keys) {
      if (key != 0 && meets(key, startVpn, endVpn)) {
        return true;
      }
    }
    return false;
  }

  /** Takes pages out of the bitmaps of codes up to {@code lastCode}. */
  void remove(long startVpn, long endVpn, int lastCode) {
    if (isEmpty()) {
      return;
    }
    long first = Chunk.of(startVpn);
    long last = Chunk.of(endVpn - 1);
    if ((last - first + 1) * lastCode >= keys.length) {
      for (int slot = 0; slot < keys.length; slot++) {
        removeAt(slot, startVpn, endVpn);
      }
      return;
    }
    for (long chunk = first; chunk <= last; chunk++) {
      for (int code = 1; code <= lastCode; code++) {
        removeAt(slotOf(chunk << CODE_BITS | code), startVpn, endVpn);
      }
    }
  }

  /** Begins a walk in ascending order at the first chunk that is not below {@code fromChunk}. */
  void beginWalk(long fromChunk) {
    order = LongArrays.ensureCapacity(order, count + 1);
    orderAt = 0;
    int found = 0;
    for (int slot = 0; slot < keys.length && !isEmpty(); slot++) {
      if (keys[slot] != 0 && keys[slot] >>> CODE_BITS >= fromChunk) {
        order[found++] = keys[slot];
      }
    }
    Arrays.sort(order, 0, found);
    order[found] = NONE;
  }

  /** {@return the chunk that the walk stands at, {@link SegmentMerge#NONE} at its end} */
  long chunk() {
    long key = order[orderAt];
    return key == NONE ? SegmentMerge.NONE : key >>> CODE_BITS;
  }

  /** Hands over the pages of the chunk at hand and goes on to the next. */
  void takeChunk(ChunkPlanes planes) {
    long chunk = chunk();
    while (chunk() == chunk) {
      long key = order[orderAt++];
      planes.addWords((int) key & ((1 << CODE_BITS) - 1), bitmaps[slotOf(key)]);
    }
  }

  /** Takes everything out; bitmaps that had many pages stay for the next filling. */
  void empty() {
    if (count > 0) {
      emptyBelow(DENSE_PAGES);
    }
  }

  /** Takes everything out and keeps no bitmap. */
  void close() {
    emptyBelow(Integer.MAX_VALUE);
  }

  /** Takes everything out and gives the memory back. */
  void release() {
    keys = LongArrays.EMPTY_ARRAY;
    bitmaps = NO_BITMAPS;
    order = LongArrays.EMPTY_ARRAY;
    count = 0;
    forget();
  }

  long memoryBytes() {
    long tables = 8L * (keys.length + order.length) + 4L * bitmaps.length;
    return 88 + tables + count * (16L + 8 * Chunk.WORDS);
  }

  private int slotOf(long key) {
    return slotOf(key, keys);
  }

  /** {@return the slot of a key, or the free one where it would go} */
  private static int slotOf(long key, long[] keys) {
    int slot = (int) ((key * SCATTER) >>> 46) & (keys.length - 1);
    while (keys[slot] != key && keys[slot] != 0) {
      slot = (slot + 1) & (keys.length - 1);
    }
    return slot;
  }

  private void rehash(int slots) {
    long[] oldKeys = keys;
    long[][] oldBitmaps = bitmaps;
    keys = new long[slots];
    bitmaps = new long[slots][];
    for (int old = 0; old < oldKeys.length; old++) {
      if (oldKeys[old] != 0) {
        int slot = slotOf(oldKeys[old]);
        keys[slot] = oldKeys[old];
        bitmaps[slot] = oldBitmaps[old];
      }
    }
  }

  /** Takes everything out and gives up bitmaps that had fewer pages than so many. */
  private void emptyBelow(int pagesToStay) {
    int before = count;
    for (int slot = 0; slot < keys.length; slot++) {
      if (keys[slot] != 0 && blank(bitmaps[slot]) < pagesToStay) {
        keys[slot] = 0;
        count--;
      }
    }
    forget();
    if (count < before) {
      rehash(keys.length);
    }
  }

  private void forget() {
    used = false;
  }

  /** Empties a bitmap. {@return how many pages it had} */
  private static int blank(long[] bitmap) {
    int pages = 0;
    for (int word = 0; word < bitmap.length; word++) {
      pages += Long.bitCount(bitmap[word]);
      bitmap[word] = 0;
    }
    return pages;
  }

  private static boolean meets(long key, long startVpn, long endVpn) {
    long chunk = key >>> CODE_BITS;
    return Chunk.startVpn(chunk) < endVpn && Chunk.startVpn(chunk + 1) > startVpn;
  }

  private void removeAt(int slot, long startVpn, long endVpn) {
    if (keys[slot] == 0 || !meets(keys[slot], startVpn, endVpn)) {
      return;
    }
    long chunkStart = Chunk.startVpn(keys[slot] >>> CODE_BITS);
    int from = (int) Math.max(0, startVpn - chunkStart);
    int to = (int) Math.min(Chunk.PAGES, endVpn - chunkStart);
    long[] bitmap = bitmaps[slot];
    for (int word = from >> 6; word << 6 < to; word++) {
      bitmap[word] &= ~Chunk.bitsOf(word, from, to);
    }
  }
}
