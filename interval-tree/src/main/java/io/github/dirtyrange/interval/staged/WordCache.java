package io.github.dirtyrange.interval.staged;

import java.util.Arrays;

/**
 * A write-combining cache: additions to the same 64 pages with the same mask are merged as long as
 * their word stays in it. What does not find its word takes a place, and the word that it drives
 * out goes to the log.
 */
final class WordCache {

  static final int CODE_BITS = 8;

  /** Where the code begins in a key, above the number of any word. */
  private static final int CODE_SHIFT = 46;

  /**
   * About 1.06 times 2^46: words next to each other have places next to each other, so that whoever
   * walks through memory walks through the cache; words far apart are scattered.
   */
  private static final long SCATTER = 0x43F4963DC7D1L;

  private static final long[] NO_WORDS = new long[4];

  /*
   * A word is a pair (key, bits) and has one place only: of two words that would share it, the newer
   * stays. (Two places were measured: the guess in which of them a word is costs more than it saves.)
   * Key 0 is free. A key is the number of a 64-page word and the code of a mask.
   */
  private long[] pairs = NO_WORDS;
  private int words;
  private long insertions;

  /* All words that are here lie at firstUsed to lastUsed, so that a few are flushed fast. */
  private int firstUsed = Integer.MAX_VALUE;
  private int lastUsed = -1;

  static long key(long word, int code) {
    return word | (long) code << CODE_SHIFT;
  }

  static long wordOf(long key) {
    return key & ((1L << CODE_SHIFT) - 1);
  }

  static int codeOf(long key) {
    return (int) (key >>> CODE_SHIFT);
  }

  /** {@return how many words fit; 0 before it first grew} */
  int words() {
    return words;
  }

  /** {@return how many additions did not find their word} */
  long insertions() {
    return insertions;
  }

  /** Adds pages to a word that is here. {@return false, and does nothing, if it is not} */
  boolean merge(long key, long bits) {
    long[] pairs = this.pairs;
    int at = placeOf(key);
    if (pairs[at] != key) {
      return false;
    }
    pairs[at + 1] |= bits;
    return true;
  }

  /**
   * Adds pages of a word that is not here; what it drives out goes to {@code log}. {@return false,
   * and does nothing, if the log has no room for that}
   */
  boolean insert(long key, long bits, StageLog log) {
    if (log.isFull()) {
      return false;
    }
    long[] pairs = this.pairs;
    int at = placeOf(key);
    if (pairs[at] != 0) {
      log.addWord(pairs[at], pairs[at + 1]);
    }
    pairs[at] = key;
    pairs[at + 1] = bits;
    insertions++;
    firstUsed = Math.min(firstUsed, at);
    lastUsed = Math.max(lastUsed, at);
    return true;
  }

  /** Takes pages out of the words of codes up to {@code lastCode} that are here. */
  void remove(long startVpn, long endVpn, int lastCode) {
    long first = startVpn >>> 6;
    long last = (endVpn - 1) >>> 6;
    if ((last - first + 1) * lastCode > words) {
      for (int at = 0; at < 2 * words; at += 2) {
        long wordStart = wordOf(pairs[at]) << 6;
        if (wordStart < endVpn && wordStart + 64 > startVpn) {
          removeAt(at, wordStart, startVpn, endVpn);
        }
      }
      return;
    }
    for (long word = first; word <= last; word++) {
      for (int code = 1; code <= lastCode; code++) {
        long key = key(word, code);
        int at = placeOf(key);
        if (pairs[at] == key) {
          removeAt(at, word << 6, startVpn, endVpn);
        }
      }
    }
  }

  /** {@return whether nothing has been added since it was flushed or cleared} */
  boolean isEmpty() {
    return lastUsed < 0;
  }

  /** Moves words to the log. {@return false if the log ran full before all were moved} */
  boolean flush(StageLog log) {
    for (int at = firstUsed; at <= lastUsed; at += 2) {
      if (pairs[at] == 0) {
        continue;
      }
      if (log.isFull()) {
        firstUsed = at;
        return false;
      }
      log.addWord(pairs[at], pairs[at + 1]);
      pairs[at] = 0;
      pairs[at + 1] = 0;
    }
    forget();
    return true;
  }

  /** Changes the size of the cache, which must be empty. */
  void resize(int newWords) {
    words = Math.max(2, newWords);
    pairs = new long[2 * words];
  }

  void clear() {
    if (!isEmpty()) {
      Arrays.fill(pairs, 0, 2 * words, 0);
      forget();
    }
  }

  void release() {
    pairs = NO_WORDS;
    words = 0;
    forget();
  }

  long memoryBytes() {
    return 72 + (words == 0 ? 0 : 16 + 8L * pairs.length);
  }

  private int placeOf(long key) {
    return (int) ((key * SCATTER) >>> 45) & (pairs.length - 2);
  }

  private void forget() {
    firstUsed = Integer.MAX_VALUE;
    lastUsed = -1;
  }

  private void removeAt(int at, long wordStart, long startVpn, long endVpn) {
    int from = (int) Math.max(0, startVpn - wordStart);
    int to = (int) Math.min(64, endVpn - wordStart);
    pairs[at + 1] &= ~Chunk.bits(from, to);
  }
}
