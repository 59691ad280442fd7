package io.github.dirtyrange.criu;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Writes images byte by byte, and knows nothing of what reads them. */
final class ImageBytes {

  static final int COMMON = 0x54564319;
  static final int SERVICE = 0x55105940;
  static final int PAGEMAP = 0x56084025;
  static final int MM = 0x57492820;
  static final int PSTREE = 0x50273030;
  static final int FILES = 0x56303138;
  static final int STATS = 0x57093306;
  static final int INVENTORY = 0x58313116;
  static final int CORE = 0x55053847;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  /** {@return an image that begins with some numbers} */
  static ImageBytes image(int... magic) {
    ImageBytes image = new ImageBytes();
    for (int number : magic) {
      image.little(number);
    }
    return image;
  }

  /** {@return a message without fields} */
  static ImageBytes message() {
    return new ImageBytes();
  }

  /** {@return a message that is such bytes, whatever they are} */
  static ImageBytes raw(byte[] bytes) {
    ImageBytes message = new ImageBytes();
    message.out.writeBytes(bytes);
    return message;
  }

  private void little(int number) {
    for (int shift = 0; shift < Integer.SIZE; shift += Byte.SIZE) {
      out.write(number >>> shift);
    }
  }

  private void varint(long value) {
    long left = value;
    while ((left & ~0x7fL) != 0) {
      out.write((int) ((left & 0x7f) | 0x80));
      left >>>= 7;
    }
    out.write((int) left);
  }

  /** Adds a field that is a number. */
  ImageBytes number(int field, long value) {
    varint((long) field << 3);
    varint(value);
    return this;
  }

  /** Adds a field that is a message. */
  ImageBytes field(int field, ImageBytes message) {
    return bytes(field, message.bytes());
  }

  /** Adds a field that is a text. */
  ImageBytes text(int field, String text) {
    return bytes(field, text.getBytes(StandardCharsets.UTF_8));
  }

  private ImageBytes bytes(int field, byte[] bytes) {
    varint(((long) field << 3) | 2);
    varint(bytes.length);
    out.writeBytes(bytes);
    return this;
  }

  /** Adds a record. */
  ImageBytes record(ImageBytes message) {
    byte[] bytes = message.bytes();
    little(bytes.length);
    out.writeBytes(bytes);
    return this;
  }

  byte[] bytes() {
    return out.toByteArray();
  }
}
