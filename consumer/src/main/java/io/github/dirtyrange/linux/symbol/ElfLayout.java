package io.github.dirtyrange.linux.symbol;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Where an ELF file of 64 bits and little-endian order says that things are: what of it is mapped
 * where, and its table of symbols. All numbers are what the file says, and may be anything.
 */
final class ElfLayout {

  // Elf64_Ehdr
  private static final int HEADER_BYTES = 64;
  private static final int MAGIC = 0x464c457f;
  private static final int CLASS_64_LITTLE = 0x0102;
  private static final int PHOFF = 32;
  private static final int SHOFF = 40;
  private static final int PHENTSIZE = 54;
  private static final int PHNUM = 56;
  private static final int SHENTSIZE = 58;
  private static final int SHNUM = 60;

  // Elf64_Phdr
  private static final int SEGMENT_BYTES = 56;
  private static final int PT_LOAD = 1;
  private static final int P_OFFSET = 8;
  private static final int P_VADDR = 16;
  private static final int P_FILESZ = 32;

  // Elf64_Shdr
  private static final int SECTION_BYTES = 64;
  private static final int SHT_SYMTAB = 2;
  private static final int SHT_DYNSYM = 11;
  private static final int SH_TYPE = 4;
  private static final int SH_OFFSET = 24;
  private static final int SH_SIZE = 32;
  private static final int SH_LINK = 40;

  private static final int MOST_SEGMENTS = 256;
  private static final int MOST_SECTIONS = 1 << 14;

  private final ByteBuffer segments;
  private final @Nullable Table symbols;
  private final @Nullable Table names;

  private ElfLayout(ByteBuffer segments, @Nullable Table symbols, @Nullable Table names) {
    this.segments = segments;
    this.symbols = symbols;
    this.names = names;
  }

  /**
   * A part of the file.
   *
   * @param offset where it begins, at least 0
   * @param bytes how long it is, at least 0
   */
  record Table(long offset, long bytes) {}

  /** {@return what a file says; null if it is no such file} */
  static @Nullable ElfLayout read(FileBytes file) {
    ByteBuffer header = file.read(0, HEADER_BYTES);
    if (header.limit() < HEADER_BYTES
        || header.getInt(0) != MAGIC
        || header.getShort(4) != CLASS_64_LITTLE) {
      return null;
    }
    ByteBuffer segments =
        entries(file, header, PHOFF, PHENTSIZE, PHNUM, SEGMENT_BYTES, MOST_SEGMENTS);
    ByteBuffer sections =
        entries(file, header, SHOFF, SHENTSIZE, SHNUM, SECTION_BYTES, MOST_SECTIONS);
    int symbols = find(sections, SHT_SYMTAB);
    symbols = symbols < 0 ? find(sections, SHT_DYNSYM) : symbols;
    if (symbols < 0) {
      return new ElfLayout(segments, null, null);
    }
    long names = Integer.toUnsignedLong(sections.getInt(symbols + SH_LINK)) * SECTION_BYTES;
    return new ElfLayout(segments, table(sections, symbols), table(sections, names));
  }

  private static ByteBuffer entries(
      FileBytes file, ByteBuffer header, int at, int sizeAt, int countAt, int bytes, int most) {
    long offset = header.getLong(at);
    int count = Short.toUnsignedInt(header.getShort(countAt));
    boolean known = offset > 0 && header.getShort(sizeAt) == bytes;
    return file.read(known ? offset : 0, known ? Math.min(count, most) * bytes : 0);
  }

  private static int find(ByteBuffer sections, int type) {
    for (int at = 0; at + SECTION_BYTES <= sections.limit(); at += SECTION_BYTES) {
      if (sections.getInt(at + SH_TYPE) == type) {
        return at;
      }
    }
    return -1;
  }

  private static @Nullable Table table(ByteBuffer sections, long at) {
    if (at + SECTION_BYTES > sections.limit()) {
      return null;
    }
    long offset = sections.getLong((int) at + SH_OFFSET);
    long bytes = sections.getLong((int) at + SH_SIZE);
    return offset < 0 || bytes < 0 || offset + bytes < 0 ? null : new Table(offset, bytes);
  }

  /** {@return the symbols; null if there are none} */
  @Nullable Table symbols() {
    return symbols;
  }

  /** {@return their names; null if there are none} */
  @Nullable Table names() {
    return names;
  }

  /**
   * {@return the address that the file has for what is at an offset, before it is loaded anywhere;
   * -1 if that part is not loaded}
   */
  long addressOf(long offset) {
    for (int at = 0; at + SEGMENT_BYTES <= segments.limit(); at += SEGMENT_BYTES) {
      long inSegment = offset - segments.getLong(at + P_OFFSET);
      if (segments.getInt(at) == PT_LOAD
          && inSegment >= 0
          && inSegment < segments.getLong(at + P_FILESZ)) {
        return segments.getLong(at + P_VADDR) + inSegment;
      }
    }
    return -1;
  }
}
