package io.github.dirtyrange.interval.staged;

/** The arithmetic of chunks, 2<sup>15</sup> pages each, and of their 512 words of 64 pages. */
final class Chunk {

  static final int BITS = 15;
  static final int PAGES = 1 << BITS;
  static final int WORDS = PAGES / 64;

  private Chunk() {}

  static long of(long vpn) {
    return vpn >>> BITS;
  }

  static long startVpn(long chunk) {
    return chunk << BITS;
  }

  /** {@return the place of a page in its chunk} */
  static int pageOf(long vpn) {
    return (int) vpn & (PAGES - 1);
  }

  /** {@return the place of a 64-page word in its chunk} */
  static int wordOf(long word) {
    return (int) word & (WORDS - 1);
  }

  /** {@return the bits of the chunk's word number {@code word} that lie in pages [from, to)} */
  static long bitsOf(int word, int from, int to) {
    int start = word << 6;
    return bits(Math.max(0, from - start), Math.min(64, to - start));
  }

  /** {@return the bits of a word of 64 pages that lie in {@code [from, to)}, to at most 64} */
  static long bits(int from, int to) {
    return -1L << from & -1L >>> (64 - to);
  }
}
