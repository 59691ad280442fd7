package io.github.dirtyrange.core;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Notes of an ELF file, one behind the other: struct elf64_note, its name, what it says. */
final class NoteBytes {

  private static final int HEADER_BYTES = 12;
  private static final byte[] NAME = "CORE\0\0\0\0".getBytes(StandardCharsets.US_ASCII);

  /** The name's length counts its end, and not what fills it up. */
  private static final int NAME_BYTES = 5;

  private static final int ALIGNMENT = 4;

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

  /** {@return bytes to write into, as notes have them} */
  static ByteBuffer block(int size) {
    return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Adds a note that says all of a block, wherever it was written to last. */
  void add(int type, ByteBuffer block) {
    ByteBuffer said = block.duplicate().clear();
    byte[] header = new byte[HEADER_BYTES];
    ByteBuffer.wrap(header)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putInt(NAME_BYTES)
        .putInt(said.remaining())
        .putInt(type);
    bytes.writeBytes(header);
    bytes.writeBytes(NAME);
    byte[] copy = new byte[said.remaining()];
    said.get(copy);
    bytes.writeBytes(copy);
    bytes.writeBytes(new byte[-copy.length & (ALIGNMENT - 1)]);
  }

  byte[] toBytes() {
    return bytes.toByteArray();
  }
}
