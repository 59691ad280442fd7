package io.github.dirtyrange.inspect;

import java.nio.charset.StandardCharsets;

/**
 * Bytes as characters of the same numbers, not copied.
 *
 * @param bytes where they are; nobody changes them meanwhile
 * @param from the first
 * @param length how many
 */
record ByteView(byte[] bytes, int from, int length) implements CharSequence {

  private static final int BYTE = 0xff;

  @Override
  public char charAt(int index) {
    return (char) (bytes[from + index] & BYTE);
  }

  @Override
  public CharSequence subSequence(int start, int end) {
    return new ByteView(bytes, from + start, end - start);
  }

  @Override
  public String toString() {
    return new String(bytes, from, length, StandardCharsets.ISO_8859_1);
  }
}
