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
    ByteBuffer header = block(HEADER_BYTES);
    write(header.putInt(NAME_BYTES).putInt(said.remaining()).putInt(type).flip());
    bytes.writeBytes(NAME);
    write(said);
    bytes.writeBytes(new byte[-block.capacity() & (ALIGNMENT - 1)]);
  }

  private void write(ByteBuffer block) {
    byte[] copy = new byte[block.remaining()];
    block.get(copy);
    bytes.writeBytes(copy);
  }

  byte[] toBytes() {
    return bytes.toByteArray();
  }
}
