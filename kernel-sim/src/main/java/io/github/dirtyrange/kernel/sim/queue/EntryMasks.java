package io.github.dirtyrange.kernel.sim.queue;

import java.util.Arrays;

/**
 * A mask for each entry of a page table, kept as a bitmap of 512 bits for each bit of a mask that
 * is in use. To add to an entry costs the same whatever is there already.
 */
final class EntryMasks {

  /** How many entries a page table has. */
  static final int ENTRIES = 512;

  private static final int WORDS = ENTRIES / Long.SIZE;
  private static final long[] NONE = {};
  private static final int ARRAY_HEADER_BYTES = 16;

  /** The bits that have a bitmap. */
  private long used;

  /** The bitmaps, one after another, that of the lowest bit first. */
  private long[] words = NONE;

  /** Of each word of 64 entries a bit: whether one of them has a mask. */
  private int filled;

  /** ORs a mask into the entries {@code [from, to)}. */
  void add(int from, int to, long mask) {
    if ((mask & ~used) != 0) {
      use(mask | used);
    }
    int last = (to - 1) >> 6;
    for (int word = from >> 6; word <= last; word++) {
      long entries = word == from >> 6 ? -1L << from : -1L;
      entries &= word == last ? -1L >>> -to : -1L;
      filled |= 1 << word;
      for (long rest = mask; rest != 0; rest &= rest - 1) {
        words[bitmap(rest) + word] |= entries;
      }
    }
  }

  /** Makes room for bitmaps of these bits; those in use are among them. */
  private void use(long bits) {
    long[] before = words;
    words = new long[WORDS * Long.bitCount(bits)];
    int from = 0;
    long was = used;
    used = bits;
    for (long rest = was; rest != 0; rest &= rest - 1, from += WORDS) {
      System.arraycopy(before, from, words, bitmap(rest), WORDS);
    }
  }

  /** {@return where the bitmap of the lowest of these bits begins} */
  private int bitmap(long bits) {
    return WORDS * Long.bitCount(used & (Long.lowestOneBit(bits) - 1));
  }

  /** {@return the mask of an entry, 0 if it has none} */
  long mask(int entry) {
    int word = entry >> 6;
    long mask = 0;
    if ((filled >> word & 1) != 0) {
      int at = word;
      for (long rest = used; rest != 0; rest &= rest - 1, at += WORDS) {
        mask |= (words[at] >>> entry & 1) == 0 ? 0 : Long.lowestOneBit(rest);
      }
    }
    return mask;
  }

  /** {@return the first entry from this one on that has a mask, or {@link #ENTRIES}} */
  int next(int entry) {
    int word = entry >> 6;
    long entries = word < WORDS ? with(word) & (-1L << entry) : 0;
    while (entries == 0) {
      int rest = filled >> ++word;
      if (rest == 0) {
        return ENTRIES;
      }
      word += Integer.numberOfTrailingZeros(rest);
      entries = with(word);
    }
    return (word << 6) + Long.numberOfTrailingZeros(entries);
  }

  /** {@return which of 64 entries have a mask} */
  private long with(int word) {
    long entries = 0;
    if ((filled >> word & 1) != 0) {
      for (int at = word; at < words.length; at += WORDS) {
        entries |= words[at];
      }
    }
    return entries;
  }

  /** {@return the next entry whose mask is not this one's, or {@link #ENTRIES}} */
  int nextOther(int entry) {
    long mask = mask(entry);
    long entries = -1L << entry;
    for (int word = entry >> 6; word < WORDS; word++, entries = -1L) {
      long others = others(word, mask) & entries;
      if (others != 0) {
        return (word << 6) + Long.numberOfTrailingZeros(others);
      }
    }
    return ENTRIES;
  }

  /** {@return which of 64 entries have not this mask} */
  private long others(int word, long mask) {
    if ((filled >> word & 1) == 0) {
      return mask == 0 ? 0 : -1L;
    }
    long others = 0;
    int at = word;
    for (long rest = used; rest != 0; rest &= rest - 1, at += WORDS) {
      boolean has = (mask & Long.lowestOneBit(rest)) != 0;
      others |= has ? ~words[at] : words[at];
    }
    return others;
  }

  /** {@return whether no entry has a mask} */
  boolean isEmpty() {
    return filled == 0;
  }

  /** Takes every mask away, and keeps the memory. */
  void clear() {
    for (int rest = filled; rest != 0; rest &= rest - 1) {
      for (int at = Integer.numberOfTrailingZeros(rest); at < words.length; at += WORDS) {
        words[at] = 0;
      }
    }
    filled = 0;
  }

  /** {@return the same masks, which stay as they are} */
  EntryMasks copy() {
    EntryMasks copy = new EntryMasks();
    copy.used = used;
    copy.words = Arrays.copyOf(words, words.length);
    copy.filled = filled;
    return copy;
  }

  /** {@return the memory of the bitmaps, in bytes} */
  int memoryBytes() {
    return words.length == 0 ? 0 : ARRAY_HEADER_BYTES + Long.BYTES * words.length;
  }
}
