package io.github.dirtyrange.inspect;

import java.nio.charset.StandardCharsets;

/** Bytes as characters of the same numbers, not copied. */
final class ByteView implements CharSequence {

  private static final int BYTE = 0xff;

  private final byte[] bytes;
  private final int from;
  private final int length;

  /**
   * A view of some bytes, which nobody changes meanwhile.
   *
   * @param from the first
   * @param length how many
   */
  ByteView(byte[] bytes, int from, int length) {
    this.bytes = bytes;
    this.from = from;
    this.length = length;
  }

  @Override
  public int length() {
    return length;
  }

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
