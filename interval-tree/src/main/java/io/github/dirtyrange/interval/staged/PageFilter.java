package io.github.dirtyrange.interval.staged;

import it.unimi.dsi.fastutil.ints.IntArrays;
import java.util.Arrays;

/**
 * Remembers pages that were added lately, so that adding them again costs one compare and logs
 * nothing. It holds no data: what it has forgotten is only logged once more.
 *
 * <p>It is off until a map has sealed a full log, so that small rounds neither pay for it nor hold
 * its memory, and whoever takes pages out turns it off.
 */
final class PageFilter {

  private static final int TAG_BITS = 31;

  /** Odd, so that a product tells which key it was made of. */
  private static final long SCATTER = 0x9E3779B97F4A7C15L;

  /*
   * A direct-mapped table. The product of a page and its mask's code, of which the low TAG_BITS are
   * the tag and those above the place, stands for just one of the keys below keyBits; pages beyond
   * are not remembered. The tag's sign is set, for 0 is free.
   */
  private final int entries;
  private final int keyBits;
  private int[] memory = IntArrays.EMPTY_ARRAY;

  /** The memory while it is on, else empty. */
  private int[] tags = IntArrays.EMPTY_ARRAY;

  /** Where the next item goes that stays in the log at hand. */
  private int kept;

  /** Makes one for so many pages, a power of two. */
  PageFilter(int entries) {
    this.entries = entries;
    this.keyBits = TAG_BITS + Integer.numberOfTrailingZeros(entries);
  }

  boolean isOn() {
    return tags.length > 0;
  }

  /** Takes what it knows out of the raw items of a log; all but pages goes to the cache. */
  void condense(StageLog log, WordCache cache, int lastCode) {
    long[] items = log.items();
    int size = log.size();
    kept = log.rawFrom();
    for (int at = pass(items, kept); at < size; at = pass(items, at)) {
      kept = cache.condense(log, items[at++], kept, lastCode);
    }
    log.condensed(kept);
  }

  /**
   * Moves pages that it does not know, and now does, to the place {@code kept}, without a branch
   * that depends on which page came. {@return where the first item is that is no page}
   */
  private int pass(long[] items, int from) {
    int[] tags = this.tags;
    int kept = this.kept;
    int i = from;
    for (; StageLog.isPage(items[i]); i++) {
      long item = items[i];
      items[kept] = item;
      long key = item >>> 1;
      if (key >>> keyBits != 0) {
        kept++;
        continue;
      }
      long scattered = key * SCATTER;
      int at = (int) (scattered >>> TAG_BITS) & (tags.length - 1);
      int tag = (int) scattered | Integer.MIN_VALUE;
      int difference = tags[at] ^ tag;
      tags[at] = tag;
      kept += (difference | -difference) >>> 31;
    }
    this.kept = kept;
    return i;
  }

  /** Begins to remember, unless it does already. */
  void turnOn() {
    if (tags.length > 0) {
      return;
    }
    if (memory.length == 0) {
      memory = new int[entries];
    } else {
      Arrays.fill(memory, 0);
    }
    tags = memory;
  }

  /** Forgets everything. */
  void turnOff() {
    tags = IntArrays.EMPTY_ARRAY;
  }

  /** Forgets everything and gives the memory back. */
  void release() {
    turnOff();
    memory = IntArrays.EMPTY_ARRAY;
  }

  long memoryBytes() {
    return 32 + (memory.length == 0 ? 0 : 16 + 4L * memory.length);
  }
}
