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

  /** Makes one for so many pages, a power of two. */
  PageFilter(int entries) {
    this.entries = entries;
    this.keyBits = TAG_BITS + Integer.numberOfTrailingZeros(entries);
  }

  boolean isOn() {
    return tags.length > 0;
  }

  /** {@return whether a page was added with a mask before, as far as it knows} It is now. */
  boolean knows(long vpn, int code) {
    int[] tags = this.tags;
    long key = vpn << WordCache.CODE_BITS | code;
    if (tags.length == 0 || key >>> keyBits != 0) {
      return false;
    }
    long scattered = key * SCATTER;
    int at = (int) (scattered >>> TAG_BITS) & (tags.length - 1);
    int tag = (int) scattered | Integer.MIN_VALUE;
    if (tags[at] == tag) {
      return true;
    }
    tags[at] = tag;
    return false;
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
