package io.github.dirtyrange.conform;

import io.github.dirtyrange.kernel.Pages;

/**
 * A range of memory as a system call is given it: any numbers, right or wrong.
 *
 * @param start first byte, relative to {@link Layout#BASE}
 * @param length bytes
 */
record Span(long start, long length) {

  /** {@return the start of the page that the first byte is in} */
  long firstPage() {
    return start & -Pages.SIZE;
  }

  /** {@return the byte after the last} */
  long end() {
    return start + length;
  }
}
