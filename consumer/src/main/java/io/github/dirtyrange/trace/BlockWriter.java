package io.github.dirtyrange.trace;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.zip.CRC32C;

/** Puts one block together: numbers as varints, and names once each. */
final class BlockWriter {

  private static final int SEVEN_BITS = 0x7f;
  private static final int MORE = 0x80;

  private final int type;
  private final ByteArrayOutputStream payload = new ByteArrayOutputStream();
  private final Map<String, Integer> names = new HashMap<>();

  BlockWriter(int type) {
    this.type = type;
  }

  /** Writes a number that is not negative, seven bits a byte, the lowest first. */
  BlockWriter number(long value) {
    if (value < 0) {
      throw new IllegalArgumentException("a trace has no negative numbers, as " + value);
    }
    long rest = value;
    while (rest > SEVEN_BITS) {
      payload.write((int) (rest & SEVEN_BITS) | MORE);
      rest >>>= 7;
    }
    payload.write((int) rest);
    return this;
  }

  /** Writes a number that may be negative, so that small ones stay short. */
  BlockWriter signed(long value) {
    long folded = (value << 1) ^ (value >> 63);
    return number(folded);
  }

  /** Writes a text: the number of its bytes, and these. */
  BlockWriter text(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    number(bytes.length);
    payload.writeBytes(bytes);
    return this;
  }

  /** Writes a name: 0 and the text the first time in a block, later which one it was, from 1 on. */
  BlockWriter name(String name) {
    Integer known = names.get(name);
    if (known != null) {
      return number(known);
    }
    names.put(name, names.size() + 1);
    return number(0).text(name);
  }

  /** Writes a constant by its place. */
  <T> BlockWriter oneOf(T[] values, T value) {
    return number(List.of(values).indexOf(value));
  }

  /** Writes type, length, payload and checksum. */
  void to(OutputStream out) throws IOException {
    if (payload.size() > TraceFormat.MOST_BLOCK_BYTES) {
      throw new IOException(
          String.format(
              Locale.ROOT,
              "%,d bytes are too many for a block of a trace, which has %,d at most",
              payload.size(),
              TraceFormat.MOST_BLOCK_BYTES));
    }
    ByteBuffer head = ByteBuffer.allocate(1 + Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    head.put((byte) type).putInt(payload.size());
    byte[] bytes = payload.toByteArray();
    CRC32C sum = new CRC32C();
    sum.update(head.array());
    sum.update(bytes);
    ByteBuffer tail = ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    tail.putInt((int) sum.getValue());
    out.write(head.array());
    out.write(bytes);
    out.write(tail.array());
  }
}
