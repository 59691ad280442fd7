package io.github.dirtyrange.interval;

import java.util.Arrays;

/**
 * A write-combining cache: additions to the same 64 pages with the same mask are merged as long as
 * their word stays in it. What does not find its word takes a place, and the word that it drives
 * out goes to the log.
 */
final class WordCache {

  static final int CODE_BITS = 8;

  /** What two words next to each other differ in, which share a set. */
  private static final long NEIGHBOUR = 1L << CODE_BITS;

  /** So many of a word's 64 pages make it likely that its neighbour fills too. */
  private static final int DENSE_PAGES = 16;

  private static final long SCATTER = 0x9E3779B97F4A7C15L;
  private static final long[] NO_SETS = new long[8];

  /*
   * A set is two (key, bits) pairs, the younger first: 32 bytes, so that an addition touches one
   * cache line. Key 0 is free. A key is the number of a 64-page word and the code of a mask. Only
   * the first 1 << (64 - shift) sets are in use.
   */
  private long[] sets = NO_SETS;
  private int shift = 63;
  private int words;
  private long merged;
  private long missed;
  private boolean used;
  private int flushAt;

  static long key(long word, int code) {
    return word << CODE_BITS | code;
  }

  static long wordOf(long key) {
    return key >>> CODE_BITS;
  }

  static int codeOf(long key) {
    return (int) key & ((1 << CODE_BITS) - 1);
  }

  /** {@return how many words fit; 0 before it first grew} */
  int words() {
    return words;
  }

  /** {@return how many additions found their word} */
  long merged() {
    return merged;
  }

  /** {@return how many additions did not} */
  long missed() {
    return missed;
  }

  /** Adds pages to a word that is here. {@return false, and does nothing, if it is not} */
  boolean merge(long key, long bits) {
    long[] pairs = sets;
    int at = setOf(key);
    // Which of the two it is in is anyone's guess, so no branch depends on it.
    long difference = pairs[at + 2] ^ key;
    int way = at + 2 - ((int) ((difference | -difference) >>> 63) << 1);
    if (pairs[way] != key) {
      return false;
    }
    long before = pairs[way + 1];
    if ((before & bits) != bits) {
      pairs[way + 1] = before | bits;
    }
    merged++;
    return true;
  }

  /** {@return whether a word beside the one that is not here is, with many of its pages} */
  boolean isBesideDense(long key) {
    int at = setOf(key);
    return isDenseNeighbour(at, key) || isDenseNeighbour(at + 2, key);
  }

  /**
   * Takes in a word that is not here; what it drives out goes to {@code log}. {@return false, and
   * does nothing, if the log has no room for that}
   */
  boolean insert(long key, long bits, StageLog log) {
    if (log.isFull()) {
      return false;
    }
    long[] pairs = sets;
    int at = setOf(key);
    log.addWord(pairs[at + 2], pairs[at + 3]);
    pairs[at + 2] = pairs[at];
    pairs[at + 3] = pairs[at + 1];
    pairs[at] = key;
    pairs[at + 1] = bits;
    missed++;
    used = true;
    return true;
  }

  /** Takes pages out of the words of codes up to {@code lastCode} that are here. */
  void remove(long startVpn, long endVpn, int lastCode) {
    long first = startVpn >>> 6;
    long last = (endVpn - 1) >>> 6;
    if ((last - first + 1) * lastCode > words) {
      for (int at = 0; at < 2 * words; at += 2) {
        removeAt(at, startVpn, endVpn);
      }
      return;
    }
    for (long word = first; word <= last; word++) {
      for (int code = 1; code <= lastCode; code++) {
        int at = setOf(key(word, code));
        removeAt(at, startVpn, endVpn);
        removeAt(at + 2, startVpn, endVpn);
      }
    }
  }

  /** {@return whether nothing has been added since it was flushed or cleared} */
  boolean isEmpty() {
    return !used;
  }

  /** Moves words to the log. {@return false if the log ran full before all were moved} */
  boolean flush(StageLog log) {
    if (!used) {
      return true;
    }
    for (; flushAt < 2 * words; flushAt += 2) {
      if (sets[flushAt] == 0) {
        continue;
      }
      if (log.isFull()) {
        return false;
      }
      log.addWord(sets[flushAt], sets[flushAt + 1]);
      sets[flushAt] = 0;
      sets[flushAt + 1] = 0;
    }
    flushAt = 0;
    used = false;
    return true;
  }

  /** Changes the size of the cache, which must be empty. */
  void resize(int newWords) {
    words = Math.max(4, newWords);
    shift = Long.numberOfLeadingZeros(words) + 2;
    if (sets == NO_SETS || sets.length < 2 * words) {
      sets = new long[2 * words];
    }
  }

  void clear() {
    if (used) {
      Arrays.fill(sets, 0, 2 * words, 0);
      used = false;
      flushAt = 0;
    }
  }

  void release() {
    sets = NO_SETS;
    words = 0;
    shift = 63;
    used = false;
    flushAt = 0;
  }

  long memoryBytes() {
    return 72 + (words == 0 ? 0 : 16 + 8L * sets.length);
  }

  private int setOf(long key) {
    return (int) (((key & ~NEIGHBOUR) * SCATTER) >>> shift) << 2;
  }

  private boolean isDenseNeighbour(int at, long key) {
    return (sets[at] ^ key) == NEIGHBOUR && Long.bitCount(sets[at + 1]) >= DENSE_PAGES;
  }

  private void removeAt(int at, long startVpn, long endVpn) {
    long wordStart = wordOf(sets[at]) << 6;
    if (sets[at] != 0 && wordStart < endVpn && wordStart + 64 > startVpn) {
      int from = (int) Math.max(0, startVpn - wordStart);
      int to = (int) Math.min(64, endVpn - wordStart);
      sets[at + 1] &= ~Chunk.bits(from, to);
    }
  }
}
