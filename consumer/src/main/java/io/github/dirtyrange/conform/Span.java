package io.github.dirtyrange.conform;

/**
 * A range of memory as a system call is given it: any numbers, right or wrong.
 *
 * @param start first byte, relative to {@link Layout#BASE}
 * @param length bytes
 */
record Span(long start, long length) {

  /** {@return the byte after the last} */
  long end() {
    return start + length;
  }
}
