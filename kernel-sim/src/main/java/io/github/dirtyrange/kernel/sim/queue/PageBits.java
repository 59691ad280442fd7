package io.github.dirtyrange.kernel.sim.queue;

import io.github.dirtyrange.kernel.PageRange;
import java.util.concurrent.atomic.AtomicLongArray;

/** A bit for each page of a range, set by many threads and taken by one. */
final class PageBits {

  private static final long ARRAY_HEADER_BYTES = 16;

  private final PageRange range;
  private final AtomicLongArray words;

  PageBits(PageRange range) {
    this.range = range;
    words = new AtomicLongArray(Math.toIntExact((range.pages() + 63) / 64));
  }

  /** Sets the bits of those pages that lie in the range. */
  void set(long startVpn, long endVpn) {
    long from = Math.max(startVpn, range.startVpn()) - range.startVpn();
    long to = Math.min(endVpn, range.endVpn()) - range.startVpn();
    for (long page = from; page < to; page = (page | 63) + 1) {
      long bits = -1L << page;
      if (to - (page & -64) < 64) {
        bits &= -1L >>> -to;
      }
      words.getAndAccumulate((int) (page >> 6), bits, (old, more) -> old | more);
    }
  }

  /** {@return the first page from this one on whose bit is set; {@link Long#MAX_VALUE} if none} */
  long next(long vpn) {
    long page = Math.max(vpn, range.startVpn()) - range.startVpn();
    for (; page < range.pages(); page = (page | 63) + 1) {
      long bits = words.get((int) (page >> 6)) & (-1L << page);
      if (bits != 0) {
        return range.startVpn() + (page & -64) + Long.numberOfTrailingZeros(bits);
      }
    }
    return Long.MAX_VALUE;
  }

  /** Takes out the pages whose bits are set and clears those; {@return how many words there are} */
  long takeInto(RunJoiner runs) {
    for (int i = 0; i < words.length(); i++) {
      if (words.get(i) == 0) {
        continue;
      }
      for (long bits = words.getAndSet(i, 0); bits != 0; bits &= bits - 1) {
        runs.add(range.startVpn() + ((long) i << 6) + Long.numberOfTrailingZeros(bits));
      }
    }
    return words.length();
  }

  long memoryBytes() {
    return ARRAY_HEADER_BYTES + (long) words.length() * Long.BYTES;
  }
}
