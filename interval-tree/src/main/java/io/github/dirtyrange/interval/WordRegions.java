package io.github.dirtyrange.interval;

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
    for (int i = 0; i < count; i++) {
      bits |= words[i];
    }
    while (bits != 0) {
      int from = Long.numberOfTrailingZeros(bits);
      long mask = 0;
      long same = -1;
      for (int i = 0; i < count; i++) {
        long in = -(words[i] >>> from & 1);
        mask |= masks[i] & in;
        same &= ~(words[i] ^ in);
      }
      int to = Math.min(64, from + Long.numberOfTrailingZeros(~(same >>> from)));
      out.accept(startVpn + from, startVpn + to, mask);
      if (to == 64) {
        return;
      }
      bits &= -1L << to;
    }
  }
}
