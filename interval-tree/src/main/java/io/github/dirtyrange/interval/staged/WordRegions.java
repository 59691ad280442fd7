package io.github.dirtyrange.interval.staged;

/** Splits words of 64 pages, one word per mask, into regions of equal mask. */
final class WordRegions {

  private WordRegions() {}

  /** Hands out the runs of set bits of one word. */
  static void emit(long startVpn, long word, long mask, RegionJoiner out) {
    long bits = word;
    while (bits != 0) {
      int from = Long.numberOfTrailingZeros(bits);
      int to = from + Long.numberOfTrailingZeros(~(bits >>> from));
      out.accept(startVpn + from, startVpn + to, mask);
      if (to == 64) {
        return;
      }
      bits &= -1L << to;
    }
  }

  /**
   * Hands out the runs of pages that are in the same ones of the first {@code count} words, with
   * the OR of those words' masks. No branch depends on which word a page is in.
   */
  static void emit(long startVpn, long[] words, long[] masks, int count, RegionJoiner out) {
    long bits = 0;
    int used = 0;
    int last = 0;
    for (int i = 0; i < count; i++) {
      int isUsed = (int) ((words[i] | -words[i]) >>> 63);
      bits |= words[i];
      used += isUsed;
      last += (i - last) * isUsed;
    }
    if (used == 1) {
      emit(startVpn, bits, masks[last], out);
      return;
    }
    while (bits != 0) {
      int from = Long.numberOfTrailingZeros(bits);
      long mask = 0;
      for (int i = 0; i < count; i++) {
        mask |= masks[i] & -(words[i] >>> from & 1);
      }
      boolean isAlone = (bits >>> from & 2) == 0;
      int to = from + (isAlone ? 1 : sameFrom(words, count, from));
      out.accept(startVpn + from, startVpn + to, mask);
      if (to == 64) {
        return;
      }
      bits &= -1L << to;
    }
  }

  /** {@return how many pages from {@code from} on are in the same words} */
  private static int sameFrom(long[] words, int count, int from) {
    long same = -1;
    for (int i = 0; i < count; i++) {
      same &= ~(words[i] ^ -(words[i] >>> from & 1));
    }
    return Long.numberOfTrailingZeros(~(same >>> from));
  }
}
