package io.github.dirtyrange.interval.staged;

import java.util.Arrays;

/**
 * What is to be added to a bounded map: single pages with their masks, in order of arrival, until
 * they are read as ascending ranges; or one range.
 */
final class Additions {

  private static final int CODE_BITS = 4;
  private static final int CODES = 1 << CODE_BITS;

  /* pages holds (vpn, code) pairs, masksOfCodes what the codes mean. */
  private final long[] pages;
  private final long[] masksOfCodes = new long[CODES];
  private int size;
  private int codeCount;
  private int readAt;
  private long start;
  private long end;
  private long mask;

  Additions(int capacity) {
    pages = new long[capacity];
  }

  int size() {
    return size;
  }

  /** Keeps a page. {@return false, and does nothing, if there is no room for it} */
  boolean add(long vpn, long pageMask) {
    int code = codeOf(pageMask);
    if (code == CODES) {
      return false;
    }
    long entry = vpn << CODE_BITS | code;
    if (size > 0 && pages[size - 1] == entry) {
      return true;
    }
    if (size == pages.length) {
      return false;
    }
    masksOfCodes[code] = pageMask;
    codeCount = Math.max(codeCount, code + 1);
    pages[size++] = entry;
    return true;
  }

  /** Sorts the pages, to be read from the first on. */
  void sort() {
    Arrays.sort(pages, 0, size);
    readAt = 0;
  }

  /** Reads one range instead of pages. */
  void setRange(long startVpn, long endVpn, long rangeMask) {
    start = startVpn;
    end = endVpn;
    mask = rangeMask;
    readAt = -1;
  }

  /** Goes on to the next range. {@return whether there is one} */
  boolean next() {
    if (readAt < 0) {
      readAt = 0;
      return true;
    }
    if (readAt == size) {
      return false;
    }
    start = vpnAt(readAt);
    end = start + 1;
    mask = 0;
    while (readAt < size && vpnAt(readAt) == start) {
      mask |= maskAt(readAt++);
    }
    return true;
  }

  /** Goes on at {@code vpn}, in the range at hand or in the next. */
  boolean from(long vpn) {
    start = vpn;
    return vpn < end || next();
  }

  long start() {
    return start;
  }

  long end() {
    return end;
  }

  long mask() {
    return mask;
  }

  void clear() {
    size = 0;
    codeCount = 0;
  }

  long memoryBytes() {
    return 250 + 8L * pages.length;
  }

  private int codeOf(long pageMask) {
    for (int code = 0; code < codeCount; code++) {
      if (masksOfCodes[code] == pageMask) {
        return code;
      }
    }
    return codeCount;
  }

  private long vpnAt(int index) {
    return pages[index] >>> CODE_BITS;
  }

  private long maskAt(int index) {
    return masksOfCodes[(int) pages[index] & (CODES - 1)];
  }
}
