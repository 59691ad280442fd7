package io.github.dirtyrange.interval.staged;

import java.util.Arrays;

/**
 * A write-combining cache: additions to the same 64 pages with the same mask are merged as long as
 * their word stays in it. What does not find its word takes a place, and the word that it drives
 * out goes to the log.
 */
final class WordCache {

  static final int CODE_BITS = 8;

  /**
   * The low 46 bits are about 1.06 times 2^28: words next to each other have places next to each
   * other, so that whoever walks through memory walks through the cache; words far apart are
   * scattered.
   */
  private static final long SCATTER = 0x10FD258FL + (0x9E37L << 46);

  private static final long[] NO_WORDS = new long[4];

  /*
   * A word is a pair (key, bits) and has one place only: of two words that would share it, the newer
   * stays. (Two places were measured: the guess in which of them a word is costs more than it saves.)
   * Key 0 is free. A key is the log's item of the first page of the word.
   */
  private long[] pairs = NO_WORDS;
  private int words;

  private boolean used;

  /** {@return how many words fit; 0 before it first grew} */
  int words() {
    return words;
  }

  /**
   * Condenses the raw items of a log: additions merge, what they drive out stays in the log, and
   * what a removal takes out goes, from the words of codes up to {@code lastCode}.
   */
  void condense(StageLog log, int lastCode) {
    long[] items = log.items();
    int size = log.size();
    int kept = log.rawFrom();
    for (int at = merge(items, kept); at < size; at = merge(items, at)) {
      if (!StageLog.isPage(items[at])) {
        kept = condense(log, items[at++], kept, lastCode);
        continue;
      }
      long key = StageLog.keyOfPage(items[at]);
      long bits = 0;
      do { // a new word often begins a walk through memory
        bits |= StageLog.bitOfPage(items[at++]);
      } while (StageLog.keyOfPage(items[at]) == key);
      kept = add(key, bits, log, kept);
    }
    log.condensed(kept);
  }

  /** Condenses one item, to the place {@code kept} if it is. {@return the next place} */
  int condense(StageLog log, long item, int kept, int lastCode) {
    if (log.addsPages(item)) {
      long key = StageLog.keyOf(StageLog.word(item), log.code(item));
      long bits = log.bits(item);
      log.free(item);
      return add(key, bits, log, kept);
    }
    if (log.op(item) == Op.REMOVE_RANGE) {
      long start = Chunk.startVpn(StageLog.chunk(item));
      remove(start + log.from(item), start + log.to(item), lastCode);
    }
    log.items()[kept] = item;
    return kept + 1;
  }

  /**
   * Merges pages into words that are here; the usual loop, apart so that it calls nothing. {@return
   * where the first item is that is no such page}
   */
  private int merge(long[] items, int from) {
    long[] pairs = this.pairs;
    for (int i = from; ; i++) {
      long item = items[i];
      long key = StageLog.keyOfPage(item);
      int at = placeOf(key, pairs);
      if (pairs[at] != key || !StageLog.isPage(item)) {
        return i;
      }
      pairs[at + 1] |= StageLog.bitOfPage(item);
    }
  }

  private int add(long key, long bits, StageLog log, int kept) {
    int at = placeOf(key, pairs);
    used = true;
    if (pairs[at] == key) {
      pairs[at + 1] |= bits;
      return kept;
    }
    int next = pairs[at] == 0 ? kept : log.putWord(kept, pairs[at], pairs[at + 1]);
    pairs[at] = key;
    pairs[at + 1] = bits;
    return next;
  }

  /** Takes pages out of the words of codes up to {@code lastCode} that are here. */
  void remove(long startVpn, long endVpn, int lastCode) {
    long first = startVpn >>> 6;
    long last = (endVpn - 1) >>> 6;
    if ((last - first + 1) * lastCode > words) {
      for (int at = 0; at < 2 * words; at += 2) {
        long wordStart = pairs[at] >>> StageLog.WORD_SHIFT << 6;
        if (wordStart < endVpn && wordStart + 64 > startVpn) {
          removeAt(at, wordStart, startVpn, endVpn);
        }
      }
      return;
    }
    for (long word = first; word <= last; word++) {
      for (int code = 1; code <= lastCode; code++) {
        long key = StageLog.keyOf(word, code);
        int at = placeOf(key, pairs);
        if (pairs[at] == key) {
          removeAt(at, word << 6, startVpn, endVpn);
        }
      }
    }
  }

  /** {@return whether nothing has been added since it was flushed or cleared} */
  boolean isEmpty() {
    return !used;
  }

  /** Moves words to the log. {@return false if the log ran full before all were moved} */
  boolean flush(StageLog log) {
    for (int at = 0; used && at < 2 * words; at += 2) {
      if (pairs[at] == 0) {
        continue;
      }
      if (!log.hasRoom()) {
        return false;
      }
      log.condensed(log.putWord(log.size(), pairs[at], pairs[at + 1]));
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

  private static int placeOf(long key, long[] pairs) {
    return (int) ((key * SCATTER) >>> 45) & (pairs.length - 2);
  }

  private void forget() {
    used = false;
  }

  private void removeAt(int at, long wordStart, long startVpn, long endVpn) {
    int from = (int) Math.max(0, startVpn - wordStart);
    int to = (int) Math.min(64, endVpn - wordStart);
    pairs[at + 1] &= ~Chunk.bits(from, to);
  }
}
