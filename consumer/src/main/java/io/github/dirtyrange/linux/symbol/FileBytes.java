package io.github.dirtyrange.linux.symbol;

import java.nio.ByteBuffer;

/** What is in a file, of which nothing is known. */
@FunctionalInterface
interface FileBytes {

  /**
   * {@return bytes from an offset on, in little-endian order} Fewer than asked for where the file
   * ends, or cannot be read.
   *
   * @param offset 0 or more
   * @param count at most a few MiB
   */
  ByteBuffer read(long offset, int count);
}
