package io.github.dirtyrange.interval.staged;

import java.util.Arrays;

/**
 * A numbering of the masks of one map: small codes that log entries can carry.
 *
 * <p>Code 0 means that a mask has no code. When too many different masks have come, only masks of a
 * single bit still get one; any mask is the OR of those.
 */
final class MaskPalette {

  static final int MAX_CODES = 256;

  /** From here on only single bits get codes: 64 of them always fit. */
  private static final int LAST_ANY = 190;

  private static final int FIRST = 1;

  private static final int MAX_SLOTS = 1024;
  private static final long SCATTER = 0x9E3779B97F4A7C15L;

  /*
   * slotMasks and slotCodes are a direct-mapped cache over masks: one multiplication and one
   * compare give the code without a branch that depends on which mask came. It doubles when two
   * masks collide.
   */
  private long[] slotMasks = new long[4];
  private byte[] slotCodes = new byte[4];
  private int shift = 62;
  private long[] masks = new long[2];
  private int lastCode;

  /** The mask of code 1 while there is no other, else 0. */
  private long onlyMask;

  /** {@return the code of a mask that has one and is in the cache, else 0} */
  int cachedCode(long mask) {
    if (mask == onlyMask && mask != 0) {
      return FIRST;
    }
    int slot = slotOf(mask);
    return slotMasks[slot] == mask ? slotCodes[slot] & 0xFF : 0;
  }

  /** {@return the code of a mask other than 0, numbered now if it is new; 0 if it gets none} */
  int codeOf(long mask) {
    int cached = cachedCode(mask);
    if (cached != 0) {
      return cached;
    }
    int code = find(mask);
    if (code == 0) {
      code = append(mask);
    }
    if (code != 0) {
      remember(mask, code);
    }
    return code;
  }

  /** {@return the largest code in use} */
  int lastCode() {
    return lastCode;
  }

  long maskOf(int code) {
    return masks[code];
  }

  /** Forgets masks that an earlier filling left behind, if there are many of them. */
  void trim() {
    if (lastCode > 16) {
      lastCode = 0;
      onlyMask = 0;
      Arrays.fill(slotCodes, (byte) 0);
    }
  }

  long memoryBytes() {
    return 120 + 9L * slotMasks.length + 8L * masks.length;
  }

  private int slotOf(long mask) {
    return (int) ((mask * SCATTER) >>> shift);
  }

  private int find(long mask) {
    for (int code = 1; code <= lastCode; code++) {
      if (masks[code] == mask) {
        return code;
      }
    }
    return 0;
  }

  private int append(long mask) {
    boolean single = (mask & (mask - 1)) == 0;
    if (lastCode >= LAST_ANY && !single) {
      return 0;
    }
    lastCode++;
    if (lastCode == masks.length) {
      masks = Arrays.copyOf(masks, Math.min(MAX_CODES, masks.length * 2));
    }
    masks[lastCode] = mask;
    onlyMask = lastCode == FIRST ? mask : 0;
    return lastCode;
  }

  private void remember(long mask, int code) {
    int slot = slotOf(mask);
    if (slotCodes[slot] != 0 && slotMasks.length < MAX_SLOTS) {
      grow();
      remember(mask, code);
      return;
    }
    slotMasks[slot] = mask;
    slotCodes[slot] = (byte) code;
  }

  private void grow() {
    long[] oldMasks = slotMasks;
    byte[] oldCodes = slotCodes;
    slotMasks = new long[oldMasks.length * 2];
    slotCodes = new byte[oldMasks.length * 2];
    shift--;
    for (int i = 0; i < oldMasks.length; i++) {
      if (oldCodes[i] != 0) {
        int slot = slotOf(oldMasks[i]);
        slotMasks[slot] = oldMasks[i];
        slotCodes[slot] = oldCodes[i];
      }
    }
  }
}
