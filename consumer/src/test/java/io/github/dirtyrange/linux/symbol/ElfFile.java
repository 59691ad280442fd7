package io.github.dirtyrange.linux.symbol;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A small ELF file: one loaded part and a table of symbols. */
final class ElfFile {

  static final int SYMTAB = 2;
  static final int DYNSYM = 11;

  /** What lies at 0x2000 of the file is loaded to 0x5000. */
  static final long OFFSET = 0x2000;

  static final long ADDRESS = 0x5000;

  private static final int FUNCTION = 2;
  private static final int SEGMENTS = 64;
  private static final int SECTIONS = 128;
  private static final int TABLE = 512;

  private final List<byte[]> symbols = new ArrayList<>();
  private final ByteArrayOutputStream names = new ByteArrayOutputStream();
  private final int type;

  ElfFile(int type) {
    this.type = type;
    names.write(0);
  }

  private static ByteBuffer buffer(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Adds a function that begins so many bytes into the loaded part. */
  ElfFile function(String name, long from, long size) {
    return symbol(name, FUNCTION, 1, from, size);
  }

  ElfFile symbol(String name, int kind, int section, long from, long size) {
    symbols.add(
        buffer(24)
            .putInt(names.size())
            .put((byte) (1 << 4 | kind))
            .put((byte) 0)
            .putShort((short) section)
            .putLong(ADDRESS + from)
            .putLong(size)
            .array());
    names.writeBytes(name.getBytes(StandardCharsets.UTF_8));
    names.write(0);
    return this;
  }

  byte[] bytes() {
    int strings = TABLE + 24 * symbols.size();
    byte[] bytes = new byte[strings + names.size()];
    ByteBuffer file = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    file.putInt(0, 0x464c457f).put(4, (byte) 2).put(5, (byte) 1);
    file.putLong(32, SEGMENTS).putShort(54, (short) 56).putShort(56, (short) 1);
    file.putLong(40, SECTIONS).putShort(58, (short) 64).putShort(60, (short) 3);
    file.putInt(SEGMENTS, 1).putLong(SEGMENTS + 8, OFFSET).putLong(SEGMENTS + 16, ADDRESS);
    file.putLong(SEGMENTS + 32, 0x1000);
    section(file, 1, type, TABLE, 24L * symbols.size(), 2);
    section(file, 2, 3, strings, names.size(), 0);
    file.position(TABLE);
    symbols.forEach(file::put);
    file.put(names.toByteArray());
    return bytes;
  }

  private static void section(
      ByteBuffer file, int number, int type, long offset, long bytes, int link) {
    int at = SECTIONS + 64 * number;
    file.putInt(at + 4, type).putLong(at + 24, offset).putLong(at + 32, bytes);
    file.putInt(at + 40, link).putLong(at + 56, 24);
  }

  /** {@return bytes as a file, which holds that nobody asks for more than a few MiB at once} */
  static FileBytes file(byte[] bytes) {
    return (offset, count) -> {
      if (offset < 0 || count < 0 || count > ElfSymbols.MOST_NAMES_BYTES) {
        throw new AssertionError("read of " + count + " bytes at " + offset);
      }
      int from = (int) Math.min(offset, bytes.length);
      int some = Math.min(count, bytes.length - from);
      return ByteBuffer.wrap(bytes, from, some).slice().order(ByteOrder.LITTLE_ENDIAN);
    };
  }
}
