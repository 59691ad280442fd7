package io.github.dirtyrange.trace;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Reads lines in bounded memory: what a line has beyond some length is left out. A last line
 * without its end is none: of what it says a part may be missing.
 */
final class TextLineReader implements Closeable {

  private static final int MOST_BYTES = 1024;

  private final InputStream in;
  private final byte[] line = new byte[MOST_BYTES];
  private long number;
  private boolean whole;
  private boolean cut;

  TextLineReader(InputStream in) {
    this.in = new BufferedInputStream(in, 1 << 16);
  }

  /** {@return the number of the line that was read last, from 1 on} */
  long number() {
    return number;
  }

  /** {@return whether nothing was left out of the line that was read last} */
  boolean isWhole() {
    return whole;
  }

  /**
   * {@return whether the last line has no end; its number is that of the line that was read last}
   */
  boolean isCut() {
    return cut;
  }

  /** {@return the next line, nothing at the end} */
  Optional<String> next() throws IOException {
    int length = 0;
    int single = in.read();
    if (single < 0) {
      return Optional.empty();
    }
    number++;
    whole = true;
    while (single >= 0 && single != '\n') {
      if (length < MOST_BYTES) {
        line[length++] = (byte) single;
      } else {
        whole = false;
      }
      single = in.read();
    }
    if (single < 0) {
      cut = true;
      return Optional.empty();
    }
    if (length > 0 && line[length - 1] == '\r') {
      length--;
    }
    return Optional.of(new String(line, 0, length, StandardCharsets.UTF_8));
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
