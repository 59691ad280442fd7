package io.github.dirtyrange.interval;

import it.unimi.dsi.fastutil.longs.LongArrays;
import java.util.Arrays;

/**
 * Bitmaps of the chunks in which pages lie dense: an addition there is one lookup and one store,
 * and needs no sorting later.
 *
 * <p>Like the word cache it comes after everything that was logged, so whoever takes pages out
 * takes them out of here too. There are at most so many bitmaps of 4 KiB, one per chunk and mask
 * code.
 */
final class ChunkBitmaps {

  /** Masks of larger codes are rare and have no bitmaps. */
  private static final int MAX_CODE = 7;

  private static final int CODE_BITS = 3;
  private static final int FIRST_SLOTS = 16;
  private static final int WORD_BITS = Chunk.BITS - 6;

  /** A chunk with fewer pages at a drain is no longer taken for dense. */
  private static final int DENSE_PAGES = 256;

  private static final long SCATTER = 0x9E3779B97F4A7C15L;
  private static final long NONE = Long.MAX_VALUE;
  private static final long[][] NO_BITMAPS = {};

  /** Stands where a chunk has no bitmap of a code yet. */
  private static final long[] ABSENT = {};

  /*
   * An open-addressing table of chunks, at most a quarter full: keys holds chunk + 1, 0 is free. The
   * bitmaps of the chunk in slot s are at s << CODE_BITS | code, ABSENT until the code comes.
   */
  private final int maxBitmaps;
  private long[] keys = LongArrays.EMPTY_ARRAY;
  private long[][] bitmaps = NO_BITMAPS;
  private int shift = 63;
  private int chunkCount;
  private int bitmapCount;
  private long[][] spare = NO_BITMAPS;
  private int spareCount;
  private long additions;
  private long additionsBefore;
  private long[] order = LongArrays.EMPTY_ARRAY;
  private int orderAt;

  ChunkBitmaps(int maxBitmaps) {
    this.maxBitmaps = maxBitmaps;
  }

  /** {@return how often something was added; a number that grows with every addition} */
  long additions() {
    return additions;
  }

  /** {@return whether nothing was added since it was emptied} */
  boolean isEmpty() {
    return additions == additionsBefore;
  }

  /** Adds pages of one word. {@return false, and does nothing, if its chunk has no bitmap} */
  boolean add(long word, int code, long bits) {
    if (chunkCount == 0 || code > MAX_CODE) {
      return false;
    }
    int slot = slotOf(word >>> WORD_BITS);
    long[] bitmap = bitmaps[slot << CODE_BITS | code];
    if (bitmap == ABSENT) {
      return addToNew(slot, code, word, bits);
    }
    bitmap[Chunk.wordOf(word)] |= bits;
    additions++;
    return true;
  }

  /** Opens a chunk. {@return false if there are as many bitmaps as there may be} */
  boolean open(long chunk) {
    if (bitmapCount == maxBitmaps) {
      return false;
    }
    if (4 * chunkCount >= keys.length) {
      rehash(Math.max(FIRST_SLOTS, 2 * keys.length));
    }
    int slot = slotOf(chunk);
    if (keys[slot] == 0) {
      keys[slot] = chunk + 1;
      chunkCount++;
    }
    return true;
  }

  /** {@return whether a chunk that meets the range is open} */
  boolean meets(long startVpn, long endVpn) {
    for (long key : keys) {
      if (key != 0 && Chunk.startVpn(key) > startVpn && Chunk.startVpn(key - 1) < endVpn) {
        return true;
      }
    }
    return false;
  }

  /** Takes pages out. */
  void remove(long startVpn, long endVpn) {
    if (isEmpty()) {
      return;
    }
    long first = Chunk.of(startVpn);
    long last = Chunk.of(endVpn - 1);
    if (last - first >= keys.length) {
      for (int slot = 0; slot < keys.length; slot++) {
        removeAt(slot, startVpn, endVpn);
      }
      return;
    }
    for (long chunk = first; chunk <= last; chunk++) {
      removeAt(slotOf(chunk), startVpn, endVpn);
    }
  }

  /**
   * Begins a walk in ascending order at the first open chunk that is not below {@code fromChunk}.
   */
  void beginWalk(long fromChunk) {
    orderAt = 0;
    int count = 0;
    if (!isEmpty()) {
      order = LongArrays.ensureCapacity(order, chunkCount + 1);
      for (long key : keys) {
        if (key > fromChunk) {
          order[count++] = key - 1;
        }
      }
      Arrays.sort(order, 0, count);
    }
    order = LongArrays.ensureCapacity(order, count + 1);
    order[count] = NONE;
  }

  /** {@return the chunk that the walk stands at, the largest long at its end} */
  long chunk() {
    return order[orderAt];
  }

  /** Hands over the pages of the chunk at hand and goes on to the next. */
  void takeChunk(ChunkPlanes planes) {
    int slot = slotOf(order[orderAt++]);
    for (int code = 1; code <= MAX_CODE; code++) {
      long[] bitmap = bitmaps[slot << CODE_BITS | code];
      if (bitmap != ABSENT) {
        planes.addWords(code, bitmap);
      }
    }
  }

  /** Takes everything out; chunks that were dense stay open. */
  void empty() {
    emptyBelow(DENSE_PAGES);
    if (spareCount > bitmapCount) {
      spareCount = Math.max(bitmapCount, spareCount / 2);
      spare = Arrays.copyOf(spare, spareCount);
    }
  }

  /** Takes everything out and closes all chunks. */
  void close() {
    emptyBelow(Integer.MAX_VALUE);
  }

  /** Takes everything out, closes all chunks and gives the memory back. */
  void release() {
    keys = LongArrays.EMPTY_ARRAY;
    bitmaps = NO_BITMAPS;
    spare = NO_BITMAPS;
    order = LongArrays.EMPTY_ARRAY;
    chunkCount = 0;
    bitmapCount = 0;
    spareCount = 0;
    additionsBefore = ++additions;
  }

  long memoryBytes() {
    long tables = 8L * (keys.length + order.length) + 4L * (bitmaps.length + spare.length);
    return 88 + tables + (bitmapCount + spareCount) * (16L + 8 * Chunk.WORDS);
  }

  private boolean addToNew(int slot, int code, long word, long bits) {
    if (keys[slot] == 0 || bitmapCount == maxBitmaps) {
      return false;
    }
    long[] bitmap = spareCount > 0 ? spare[--spareCount] : new long[Chunk.WORDS];
    bitmaps[slot << CODE_BITS | code] = bitmap;
    bitmapCount++;
    bitmap[Chunk.wordOf(word)] = bits;
    additions++;
    return true;
  }

  /** {@return the slot of a chunk, or the free one where it would go} */
  private int slotOf(long chunk) {
    long key = chunk + 1;
    int slot = (int) ((key * SCATTER) >>> shift);
    while (keys[slot] != key && keys[slot] != 0) {
      slot = (slot + 1) & (keys.length - 1);
    }
    return slot;
  }

  private void rehash(int slots) {
    long[] oldKeys = keys;
    long[][] oldBitmaps = bitmaps;
    keys = new long[slots];
    bitmaps = new long[slots << CODE_BITS][];
    Arrays.fill(bitmaps, ABSENT);
    shift = Long.numberOfLeadingZeros(slots) + 1;
    for (int old = 0; old < oldKeys.length; old++) {
      if (oldKeys[old] != 0) {
        int slot = slotOf(oldKeys[old] - 1);
        keys[slot] = oldKeys[old];
        System.arraycopy(oldBitmaps, old << CODE_BITS, bitmaps, slot << CODE_BITS, 1 << CODE_BITS);
      }
    }
  }

  /** Takes everything out and closes chunks that had fewer pages than so many. */
  private void emptyBelow(int pagesToStay) {
    int closed = 0;
    for (int slot = 0; slot < keys.length; slot++) {
      if (keys[slot] != 0 && blank(slot) < pagesToStay) {
        close(slot);
        closed++;
      }
    }
    additionsBefore = additions;
    if (closed > 0) {
      chunkCount -= closed;
      rehash(keys.length);
    }
  }

  /** Empties the bitmaps of a chunk. {@return how many pages they had} */
  private int blank(int slot) {
    int pages = 0;
    for (int i = slot << CODE_BITS; i < (slot + 1) << CODE_BITS; i++) {
      long[] bitmap = bitmaps[i];
      if (bitmap != ABSENT) {
        for (long bits : bitmap) {
          pages += Long.bitCount(bits);
        }
        Arrays.fill(bitmap, 0);
      }
    }
    return pages;
  }

  private void close(int slot) {
    keys[slot] = 0;
    for (int i = slot << CODE_BITS; i < (slot + 1) << CODE_BITS; i++) {
      long[] bitmap = bitmaps[i];
      if (bitmap != ABSENT) {
        bitmapCount--;
        if (spareCount == spare.length) {
          spare = Arrays.copyOf(spare, Math.max(16, 2 * spareCount));
        }
        spare[spareCount++] = bitmap;
        bitmaps[i] = ABSENT;
      }
    }
  }

  private void removeAt(int slot, long startVpn, long endVpn) {
    long chunkStart = Chunk.startVpn(keys[slot] - 1);
    if (keys[slot] == 0 || chunkStart >= endVpn || chunkStart + Chunk.PAGES <= startVpn) {
      return;
    }
    int from = (int) Math.max(0, startVpn - chunkStart);
    int to = (int) Math.min(Chunk.PAGES, endVpn - chunkStart);
    for (int i = slot << CODE_BITS; i < (slot + 1) << CODE_BITS; i++) {
      if (bitmaps[i] != ABSENT) {
        removeFrom(bitmaps[i], from, to);
      }
    }
  }

  private static void removeFrom(long[] bitmap, int from, int to) {
    for (int word = from >> 6; word << 6 < to; word++) {
      bitmap[word] &= ~Chunk.bitsOf(word, from, to);
    }
  }
}
