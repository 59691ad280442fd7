package io.github.dirtyrange.report.export;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/**
 * A message of protocol buffers, field by field, as its bytes on the wire. What is written here
 * needs no more than whole numbers, strings and messages in messages.
 */
final class ProtoMessage {

  private static final int VARINT = 0;
  private static final int LENGTH_DELIMITED = 2;
  private static final int TYPE_BITS = 3;
  private static final int SEVEN_BITS = 0x7f;
  private static final int MORE = 0x80;

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

  /** Adds a whole number, an enum's number or a boolean. */
  ProtoMessage number(int field, long value) {
    tag(field, VARINT);
    varint(value);
    return this;
  }

  /** Adds a string. */
  ProtoMessage string(int field, String value) {
    return delimited(field, value.getBytes(StandardCharsets.UTF_8));
  }

  /** Adds a message. */
  ProtoMessage message(int field, ProtoMessage value) {
    return delimited(field, value.bytes.toByteArray());
  }

  /** Adds numbers in one piece. */
  ProtoMessage packed(int field, long... values) {
    ProtoMessage piece = new ProtoMessage();
    for (long value : values) {
      piece.varint(value);
    }
    return message(field, piece);
  }

  /** Writes the message. */
  void writeTo(OutputStream stream) throws IOException {
    bytes.writeTo(stream);
  }

  private ProtoMessage delimited(int field, byte[] value) {
    tag(field, LENGTH_DELIMITED);
    varint(value.length);
    bytes.writeBytes(value);
    return this;
  }

  private void tag(int field, int type) {
    varint((long) field << TYPE_BITS | type);
  }

  private void varint(long value) {
    long rest = value;
    while ((rest & ~SEVEN_BITS) != 0) {
      bytes.write((int) (rest & SEVEN_BITS) | MORE);
      rest >>>= Integer.numberOfTrailingZeros(MORE);
    }
    bytes.write((int) rest);
  }
}
